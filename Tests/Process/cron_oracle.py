"""What cron expressions mean, worked out in the plainest way: one minute after another, by Python's own zones.

Prints cases for the Swift tests, one a line, tab-separated: zone, start and end in seconds since 1970, expression, and
the times after the start and before the end at which it is due, at most five. The expressions are made together with
their meaning, so that nothing here reads one.
"""

import random
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

# Zones with the days around which they are looked at.
PLACES = {
    "Australia/Lord_Howe": ["2025-10-04", "2026-04-04", "2026-10-03"],
    "Pacific/Apia": ["2011-12-29", "2012-03-31", "2012-09-29"],
    "Europe/Berlin": ["2026-03-28", "2026-10-24", "2028-02-27"],
    "America/New_York": ["2026-03-07", "2026-10-31", "2029-12-31"],
    "Asia/Kolkata": ["2026-02-27", "2027-01-31"],
    "Asia/Kathmandu": ["2026-05-30"],
    "Africa/Casablanca": ["2026-02-14", "2026-03-21"],
    "America/Sao_Paulo": ["2018-02-17", "2018-11-03"],
    "Asia/Beirut": ["2026-03-28", "2026-10-24"],
    "America/Caracas": ["2016-04-30"],
    "Asia/Pyongyang": ["2015-08-14", "2018-05-04"],
    "Pacific/Chatham": ["2026-04-04", "2026-09-26"],
    "Antarctica/Troll": ["2026-03-28", "2026-10-24"],
    "Asia/Gaza": ["2026-03-27", "2026-10-23"],
    "UTC": ["2024-02-28", "2100-02-28"],
}
DAYS = 3
DUE = 5

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
WEEKDAYS = "SUN MON TUE WED THU FRI SAT".split()


def walk(zone, day):
    """Every minute of a window with the wall-clock minutes that are due at it: none where the clock shows what it showed
    before, many where it has jumped over some."""
    tz = ZoneInfo(zone)
    start = datetime.fromisoformat(day).replace(tzinfo=timezone.utc) - timedelta(hours=24)
    shown, minutes, latest = set(), [], None
    # Two days before the window count as shown.
    for number in range(-2 * 1440, DAYS * 1440):
        moment = start + timedelta(minutes=number)
        wall = moment.astimezone(tz).replace(tzinfo=None)
        due = []
        if latest is not None:
            missing = latest + timedelta(minutes=1)
            while missing < wall:
                if missing not in shown:
                    due.append(missing)
                    shown.add(missing)
                missing += timedelta(minutes=1)
        jumped = len(due)
        if wall not in shown:
            due.append(wall)
            shown.add(wall)
        latest = wall if latest is None else max(latest, wall)
        if number >= 0 and due:
            fields = [(at.minute, at.hour, at.day, at.month, at.isoweekday() % 7) for at in due]
            minutes.append((int(moment.timestamp()), fields, jumped))
    return int(start.timestamp()), minutes


def spelled(value, names, low):
    if names and random.random() < 0.5:
        name = names[value - low]
        return random.choice([name, name.lower(), name.capitalize()])
    return random.choice([str(value), f"{value:02}"])


def field(low, high, likely, names=None, weekday=False):
    """A field's text, and the set of values that it means. `likely` are values that come up in the window."""
    kind = random.random()
    if kind < 0.22:
        return "*", set(range(low, high + 1))
    if kind < 0.40:
        step = random.randint(1, high)
        if random.random() < 0.7:
            step = min(step, random.choice([2, 3, 5, 7, 10, 15, 20, 30]), high)
        return f"*/{step}", set(range(low, high + 1, step))
    parts, values = [], set()
    for _ in range(random.choice([1, 1, 1, 2, 3, 4])):
        first = random.choice(likely) if random.random() < 0.6 else random.randint(low, high)
        last = random.randint(first, high)
        shape = random.random()
        if shape < 0.55:
            parts.append(spelled(first, names, low))
            values.add(first)
        elif shape < 0.8:
            parts.append(f"{spelled(first, names, low)}-{spelled(last, names, low)}")
            values |= set(range(first, last + 1))
        elif shape < 0.9:
            step = random.randint(1, min(high, 20))
            parts.append(f"{first}-{last}/{step}")
            values |= set(range(first, last + 1, step))
        elif weekday and first > 0:
            parts.append(random.choice([f"{first}-7", f"{first}-SUN"]))
            values |= set(range(first, 7)) | {0}
        else:
            step = random.randint(1, min(high, 20))
            parts.append(f"{first}/{step}")
            values |= set(range(first, high + 1, step))
    return ",".join(parts), values


def expression(fields):
    """Text and meaning, apt to hit the window whose minutes have these fields."""
    texts, meaning = [], []
    seconds = {0}
    if random.random() < 0.2:
        text, seconds = field(0, 59, list(range(60)))
        texts.append(text)
    columns = [sorted({at[column] for at in fields}) for column in range(5)]
    for column, (low, high, names) in enumerate(
            [(0, 59, None), (0, 23, None), (1, 31, None), (1, 12, MONTHS), (0, 6, WEEKDAYS)]):
        text, values = ("*", set(range(low, high + 1))) if column > 1 and random.random() < 0.55 else field(
            low, high, columns[column], names, weekday=column == 4)
        texts.append(text)
        meaning.append(values)
    either = not texts[-3].startswith("*") and not texts[-1].startswith("*")
    separator = random.choice([" ", " ", "  ", "\t"]) if random.random() < 0.1 else " "
    return separator.join(texts), meaning, sorted(seconds), either


def is_due(at, meaning, either):
    minute, hour, day, month, weekday = at
    if minute not in meaning[0] or hour not in meaning[1] or month not in meaning[3]:
        return False
    is_day, is_weekday = day in meaning[2], weekday in meaning[4]
    return is_day or is_weekday if either else is_day and is_weekday


def exists(meaning, either):
    """Whether a month that is meant has a day that is meant, by the longest that each month can be."""
    longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return either or any(day <= longest[month - 1] for month in meaning[3] for day in meaning[2])


def due(window, start, meaning, seconds, either):
    times, minutes, hours = set(), meaning[0], meaning[1]
    for moment, fields, jumped in window:
        # Most minutes are sorted out here.
        if moment + 60 <= start or not jumped and (fields[0][0] not in minutes or fields[0][1] not in hours):
            continue
        for number, at in enumerate(fields):
            if is_due(at, meaning, either):
                # What a jump left out is due at its end, whatever its second; the rest second by second.
                due_now = [moment] if number < jumped else [moment + second for second in seconds]
                times.update(time for time in due_now if time > start)
        if len(times) >= DUE:
            break
    return sorted(times)[:DUE]


def main(count, seed):
    random.seed(seed)
    windows = {(zone, day): walk(zone, day) for zone, days in PLACES.items() for day in days}
    names = sorted(windows)
    made = 0
    while made < count:
        zone, day = random.choice(names)
        begin, window = windows[zone, day]
        start = begin + random.randint(0, 86_400)
        text, meaning, seconds, either = expression([at for _, fields, _ in random.sample(window, 40) for at in fields])
        if not exists(meaning, either) or len(text) > 255:
            continue
        times = due(window, start, meaning, seconds, either)
        print(zone, start, begin + DAYS * 86_400, text.replace("\t", "\\t"), ",".join(map(str, times)) or "-", sep="\t")
        made += 1


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
