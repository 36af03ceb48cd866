from django.db import migrations
from django.db.models import Q


def write_down(apps, schema_editor):
    """A parcel is paid in the transaction that confirms its payment: the payer is the last one confirmed until then."""
    Parcel, Payment, Spending = (apps.get_model("marketplace", name) for name in ("Parcel", "Payment", "Spending"))
    for parcel in Parcel.objects.filter(paid_at__isnull=False).order_by("pk").iterator():
        asked = Q(parcel=parcel) | Q(parcel=None, order=parcel.order_id)
        confirmed = Payment.objects.filter(asked, status="confirmed").order_by("confirmed_at", "pk")
        payer = confirmed.filter(confirmed_at__lte=parcel.paid_at).last() or confirmed.first()
        if payer is not None:
            Spending.objects.get_or_create(parcel=parcel, defaults={"payment": payer})


class Migration(migrations.Migration):

    dependencies = [
        ('marketplace', '0013_who_paid'),
    ]

    operations = [
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
