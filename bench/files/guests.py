"""For bench/files.mjs: what an operator would script in Python today. Arguments: FORMAT FILE [answers]."""

import csv
import json
import re
import resource
import sys
import time
import unicodedata
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

BEGAN = time.monotonic()
MODULUS = 1_000_003
TEXTS = {
    "Title": 20,
    "FirstName": 100,
    "Surname": 100,
    "Comments": 2000,
    "MembershipId": 100,
}
PARTS = {"Street": 100, "Town": 100, "Postcode": 20, "Country": 100}
REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd]")
REFUSED_IN_LINES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd]")
TAG = re.compile("<[^>]*>")
MOBILE = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}
DRINKING_AGE = 18
TODAY = date.today()


def tidy(into, row, limits, before, wrong):
    """Writes the texts of a row as they are stored."""
    for name, longest in limits.items():
        text = row.get(name)
        if not text:
            continue
        text = unicodedata.normalize("NFC", text.strip())
        refused = REFUSED_IN_LINES if name == "Comments" else REFUSED
        if len(text) > longest or refused.search(text):
            wrong.append(before + name)
        elif text:
            into[name] = text


def check(row):
    """Checks one row. Returns the record, and the names of the fields that are wrong."""
    record, wrong = {}, []
    tidy(record, row, TEXTS, "", wrong)
    if "Surname" not in record and "Surname" not in wrong:
        wrong.append("Surname")
    address = {}
    tidy(address, row["Address"], PARTS, "Address.", wrong)
    if address:
        record["Address"] = address
    email = row["Email"].strip()
    try:
        # Not asking for the domain's mail servers, and keeping the address as it was typed.
        validate_email(email, check_deliverability=False)
        record["Email"] = email
    except EmailNotValidError:
        wrong.append("Email")
    try:
        region = phonenumbers.region_code_for_country_code(row["MobileCountryCode"])
        number = phonenumbers.parse(row["Mobile"], region)
        # The type is unknown for a number that does not exist.
        if phonenumbers.number_type(number) in MOBILE:
            record["MobileCountryCode"] = number.country_code
            record["Mobile"] = phonenumbers.national_significant_number(number)
        else:
            wrong.append("Mobile")
    except phonenumbers.NumberParseException:
        wrong.append("Mobile")
    if row.get("Birthday"):
        try:
            day = date.fromisoformat(row["Birthday"])
            if not date(1900, 1, 1) <= day <= TODAY:
                raise ValueError
            years = TODAY.year - day.year - ((TODAY.month, TODAY.day) < (day.month, day.day))
            record["Birthday"] = row["Birthday"] + "T00:00:00"
            record["IsDrinkingAge"] = years >= DRINKING_AGE
        except ValueError:
            wrong.append("Birthday")
    for name in ("IsVip", "ReceiveEmailMarketing"):
        if isinstance(row.get(name), bool):
            record[name] = row[name]
        elif row.get(name) is not None:
            wrong.append(name)
    words = row.get("GroupEmailMarketingOptInText") or ""
    if words:
        record["GroupEmailMarketingOptInText"] = words
    if len(words) > 4000 or REFUSED_IN_LINES.search(words):
        wrong.append("GroupEmailMarketingOptInText")
    if record.get("ReceiveEmailMarketing") and not TAG.sub("", words).strip():
        wrong.append("ReceiveEmailMarketing")
    return record, wrong


FLAGS = {"true": True, "false": False, "": None}


def rows_of_csv(path):
    """The rows of CSV, with cells of other types than text as such."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        names = next(reader)
        for cells in reader:
            row = dict(zip(names, cells))
            row["Address"] = {name: row.pop("Address." + name) for name in PARTS}
            row["MobileCountryCode"] = int(row["MobileCountryCode"])
            for name in ("IsVip", "ReceiveEmailMarketing"):
                row[name] = FLAGS.get(row[name], row[name])
            yield row


def rows_of_ndjson(path):
    """The rows of NDJSON."""
    with open(path, "rb") as file:
        for line in file:
            yield json.loads(line)


def peak_memory():
    """The most memory that this process has had, in bytes. ru_maxrss would count what the parent had at its start."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return int(re.search(r"^VmHWM:\s+(\d+) kB$", file.read(), re.MULTILINE).group(1)) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(form, path, answers=None):
    rows = wrong_rows = total = 0
    for row in {"csv": rows_of_csv, "ndjson": rows_of_ndjson}[form](path):
        record, wrong = check(row)
        if answers:
            print(json.dumps(wrong or record))
            continue
        if wrong:
            wrong_rows += 1
            number = 17 * len(wrong)
        else:
            number = (
                len(record["Surname"])
                + 3 * len(record["Email"])
                + 7 * len(record["Mobile"])
                + 11 * len(record["Address"]["Town"])
                + 13 * len(record.get("Birthday", ""))
            )
        rows += 1
        total = (total * 31 + number) % MODULUS
    if not answers:
        used = resource.getrusage(resource.RUSAGE_SELF)
        figures = {
            "rows": rows,
            "wrong": wrong_rows,
            "sum": total,
            "cpu": (used.ru_utime + used.ru_stime) * 1e6,
            "wall": (time.monotonic() - BEGAN) * 1e6,
            "peak": peak_memory(),
        }
        print(json.dumps(figures))


main(*sys.argv[1:])
