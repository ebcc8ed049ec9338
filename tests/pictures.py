"""Photographs as telephones send them, made for tests."""

from io import BytesIO

from PIL import ExifTags, Image

GHENT = {1: "N", 2: (51.0, 3.0, 15.0), 3: "E", 4: (3.0, 43.0, 30.0)}
TAKEN = "2026:03:04 10:11:12"


def photo(form: str = "JPEG", size: tuple[int, int] = (64, 48), shade: int = 120, **written: object) -> bytes:
    """A picture taken lying on its side in Ghent, with the owner's name and the camera's number in it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Artist] = "Jan Janssens"
    exif[ExifTags.IFD.GPSInfo] = GHENT
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal.value: TAKEN, ExifTags.Base.BodySerialNumber.value: "SN-123456"
    }  # fmt: skip
    picture, made = Image.new("RGB", size, (shade, 80, 40)), BytesIO()
    picture.save(made, form, exif=exif, **written)
    return made.getvalue()
