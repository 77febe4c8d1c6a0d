"""`make bench`: what each page costs, beside the least that such a page could cost on the same server."""
