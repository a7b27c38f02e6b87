"""The particulars of one incident: hosts, people, addresses and amounts, all of names that belong to nobody."""

from random import Random
from typing import Any

Details = dict[str, Any]

_FIRST = (
    "amara", "bruno", "chiara", "dmitri", "elena", "farid", "greta", "hiro", "ines", "jonas", "keiko", "liam",
    "maria", "noor", "oskar", "priya", "quentin", "rosa", "sven", "tomas", "uma", "viktor", "wanda", "yusuf", "zoe",
)  # fmt: skip
_LAST = (
    "alvarez", "bauer", "costa", "duarte", "eriksen", "fischer", "garcia", "haddad", "ivanova", "jensen", "kowalski",
    "lindqvist", "moreau", "nakamura", "okafor", "petrov", "quispe", "rossi", "schmidt", "tanaka",
)  # fmt: skip
_SITES = ("ber", "lis", "nyc", "osa", "sgp", "waw")
_ROLES = ("wks", "lap", "srv", "db", "web", "dc", "build", "file")
_DOMAINS = (
    "account-verify", "cdn-static", "invoice-portal", "login-update", "mail-secure", "parcel-track", "patch-mirror",
    "share-docs", "sync-drive", "telemetry-hub",
)  # fmt: skip
_COUNTRIES = ("Brazil", "China", "Germany", "India", "Netherlands", "Nigeria", "Romania", "Russia", "United States")
_PROCESSES = ("winword.exe", "excel.exe", "rundll32.exe", "mshta.exe", "svchost.exe", "python3", "xmrig", "helper.exe")
_FILES = ("invoice_2281.xlsm", "order.iso", "scan0017.html", "offer.docm", "upload.php", "image.phtml")
_UNITS = ("finance", "engineering", "sales", "operations", "human-resources", "research")
_CLASSES = ("customer-data", "payment-data", "source-code", "contracts", "personnel")
_ABROAD = ("192.0.2", "198.51.100", "203.0.113")
_VULNERABILITIES = {
    "CVE-2017-0144": 8.8, "CVE-2019-0708": 9.8, "CVE-2021-34527": 8.8, "CVE-2021-44228": 10.0, "CVE-2022-22965": 9.8,
    "CVE-2022-30190": 7.8, "CVE-2023-34362": 9.8, "CVE-2024-6387": 8.1,
}  # fmt: skip


def details(rng: Random) -> Details:
    """Everything that a scenario's texts and fields may name."""
    return {**_who_and_where(rng), **_amounts(rng)}


def _who_and_where(rng: Random) -> Details:
    cve, cvss = rng.choice(list(_VULNERABILITIES.items()))
    return {
        "username": f"{rng.choice(_FIRST)}.{rng.choice(_LAST)}",
        "hostname": f"{rng.choice(_SITES)}-{rng.choice(_ROLES)}-{rng.randint(1, 240):03d}",
        "src_ip": f"{rng.choice(_ABROAD)}.{rng.randint(1, 254)}",
        "dst_domain": f"{rng.choice(_DOMAINS)}-{rng.randint(1, 60)}.example",
        "country": rng.choice(_COUNTRIES),
        "process_name": rng.choice(_PROCESSES),
        "file_name": rng.choice(_FILES),
        "file_hash": f"{rng.getrandbits(256):064x}",
        "bucket": f"{rng.choice(_UNITS)}-{rng.choice(('export', 'backup', 'archive', 'share'))}-{rng.randint(1, 40)}",
        "business_unit": rng.choices(_UNITS, (4, 6, 3, 5, 1, 2))[0],
        "data_classes": rng.sample(_CLASSES, rng.randint(1, 3)),
        "cve": cve,
        "cvss": cvss,
    }


def _amounts(rng: Random) -> Details:
    gigabytes, accounts = round(rng.lognormvariate(1.5, 1.0), 1), rng.randint(2, 180)
    return {
        "failed_logins": round(rng.lognormvariate(5.5, 1.0)),
        "accounts": accounts,
        "affected_users": accounts,
        "affected_hosts": 1 + round(rng.lognormvariate(1.4, 0.9)),
        "opened": rng.randint(1, 9),
        "minutes": rng.randint(2, 90),
        "days": rng.randint(2, 60),
        "prompts": rng.randint(6, 40),
        "files": round(rng.lognormvariate(6.5, 1.0)),
        "gigabytes": gigabytes,
        "bytes_out": round(gigabytes * 10**9),
    }
