"""Lessons: guides with steps, the learner's page of them, sessions, and help beside each screen of the desk."""
