"""Health: what `doctor` looks at, each finding with its remedy. Works on broken instances."""
