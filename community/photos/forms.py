from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from community.photos.taking_in import BadPhoto, clean_picture

SENTENCES = {
    "not_a_photo": _("This file is not a photo. Choose a JPEG, PNG, WebP or HEIC picture."),
    "too_large": _("The photo is larger than 25 MB. Choose a smaller one."),
    "too_many_pixels": _("The photo has more than 50 million pixels. Choose a smaller one."),
}
"""For every face that takes photos: `BadPhoto.code` → what to do."""


class PhotoForm(BaseImageForm):
    """Wagtail's upload form for staff, with the same cleaning as everywhere: otherwise GPS would leak."""

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if not isinstance(upload, UploadedFile):
            return upload
        try:
            clean = clean_picture(upload)
        except BadPhoto as error:
            raise forms.ValidationError(SENTENCES[error.code], code=error.code) from error
        self.instance.sha256, self.instance.taken_at = clean.sha256, clean.taken_at
        self.instance.width, self.instance.height = clean.width, clean.height
        return SimpleUploadedFile("photo.jpg", clean.jpeg, content_type="image/jpeg")
