"""What the page of a record that is made for its care team shows, one file a thing."""
