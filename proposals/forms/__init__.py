"""Forms of the ground floor. They read what was typed; the rules are the services'."""
