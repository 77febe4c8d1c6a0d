"""Rule sets as data: one TOML file each, and the loader that refuses a malformed one."""
