"""Treatment milestones: results, what they mean, and how they are shown."""
