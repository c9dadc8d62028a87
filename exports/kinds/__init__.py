"""One module for each kind of job: what it reads from the database, and how it makes its file.

To add a kind: write `plan(job) -> Work` in a module here and name it in `exports/making.py`; say what it is called in
`exports/descriptions.py`, and where its page leads back to in `exports/web/job_pages.py`.
"""
