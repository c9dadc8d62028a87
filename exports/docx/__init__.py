"""Word documents: a version's clean text as .docx, and sections out of a .docx that somebody hands in."""
