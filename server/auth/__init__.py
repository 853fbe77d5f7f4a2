"""Who may do what: enrolment, credentials, clerks, roles, sealed persons."""
