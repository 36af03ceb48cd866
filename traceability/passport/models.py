"""The passport as it is served: a compressed body, written by the worker, read with one SELECT.

A stored page counts only while ``version`` equals the batch's ``page_version`` and ``built_on`` is today, so a recall
(or a certificate that ends at midnight) shows on the very next request: a page that does not match is drawn afresh.
"""

from __future__ import annotations

from django.db import models


class PassportPage(models.Model):
    batch = models.ForeignKey("traceability.Batch", on_delete=models.CASCADE, related_name="passport_pages")
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField()
    built_on = models.DateField()
    etag = models.CharField(max_length=40)
    html_gz = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "language"], name="passport_page_once_per_language"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.language}"
