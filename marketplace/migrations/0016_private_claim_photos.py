"""Photos of claims leave the common library of pictures and its public folder for the private one."""

import hashlib
from functools import partial
from typing import Any

import django.db.models.deletion
from django.core.files.base import ContentFile
from django.db import migrations, models, transaction

import community.photos.private
import marketplace.claims.models


def move_files(apps: Any, _schema_editor: Any) -> None:
    """Copied first; the public files go when the copies are certain. A page that shows one keeps it."""
    ClaimPhoto = apps.get_model("marketplace", "ClaimPhoto")
    for row in ClaimPhoto.objects.select_related("photo").iterator():
        photo = row.photo
        try:
            with photo.file.open("rb") as file:
                content = file.read()
        except FileNotFoundError:
            row.delete()
            _drop(photo)
            continue
        row.file.save("photo.jpg", ContentFile(content), save=False)
        row.sha256, row.width, row.height = hashlib.sha256(content).hexdigest(), photo.width, photo.height
        row.photo = None
        row.save()
        _drop(photo)


def _drop(photo: Any) -> None:
    files = [photo.file, *(each.file for each in photo.renditions.all())]
    try:
        with transaction.atomic():
            photo.renditions.all().delete()
            photo.delete()
    except models.ProtectedError:
        return
    for file in files:
        transaction.on_commit(partial(file.storage.delete, file.name), robust=True)


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0015_reviews"), ("community", "0005_onboarding")]
    operations = [
        migrations.AddField(
            model_name="claimphoto",
            name="file",
            field=models.FileField(
                default="",
                storage=community.photos.private.private_storage,
                upload_to=marketplace.claims.models.claim_photo_path,
                verbose_name="file",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="claimphoto",
            name="sha256",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="claimphoto",
            name="width",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="claimphoto",
            name="height",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="claimphoto",
            name="photo",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="of_claim",
                to="community.photo",
                verbose_name="photo",
            ),
        ),
        migrations.RunPython(move_files, migrations.RunPython.noop, elidable=True),
    ]
