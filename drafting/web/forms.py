"""The base of every form: French or English messages, and the domain's refusals next to their fields."""

from __future__ import annotations

from flask_wtf import FlaskForm

from drafting.domain.errors import InvalidInput


class Form(FlaskForm):
    """A form whose fields can also carry what a service refused."""

    def show(self, error: InvalidInput) -> None:
        """Put a service's refusal beside the fields that it names, or at the top."""
        for name, message in error.fields.items():
            if name in self._fields:
                self[name].errors = [*self[name].errors, message]
        if not any(name in self._fields for name in error.fields):
            self.form_errors.append(error.message)
