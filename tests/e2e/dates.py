# SPDX-License-Identifier: MIT
"""Dates in the three forms of RFC 9110 and in forms of nobody's, written down and random."""

FIXED = [
    "Sun, 22 Nov 2037 07:00:00 GMT", "Sunday, 22-Nov-37 07:00:00 GMT", "Sun Nov 22 07:00:00 2037",
    "Sunday, 22-Nov-76 07:00:00 GMT", "Sunday, 22-Nov-69 07:00:00 GMT", "Sunday, 22-Nov-70 07:00:00 GMT",
    "Sun, 22-Nov-2037 07:00:00 GMT", "22 Nov 2037", "22-Nov-2037", "Nov 22, 2037", "November 22 2037 8:05 pm",
    "2037-11-22", "2037-11-22T07:00:00Z", "2037-11-22T07:00:00.123+01:00", "2037-11-22 07:00", "20371122", "2037-11",
    "37-11-22", "11/22/2037", "22/11/2037", "11/22/37", "11-22-37", "1/2/3", "31/12/99", "32/12/1", "13/13/2037",
    "2037/11/22", "2037/22/11", "0/5/37", "5/0/37", "0/0/37", "1/99/2037", "1/31/12345", "1/2/123", "1/2/2037x",
    "22 Nov", "Nov 2037", "2037", "", "x", "22 Nov 2037 25:61:61", "22 Nov 2037 7:0:0", "22 Nov 2037 007:00:00",
    "30 Feb 2037", "31 Nov 2037", "0 Nov 2037", "00 Nov 2037", "99 Nov 2037", "32 Nov 22", "22 nov 2037 est",
    "Sun, 22 Nov 2037 07:00:00", "Sun, 22 Nov 2037 07:00:00 EST", "Sun, 22 Nov 2037 07:00:00 +0100", "22Nov2037",
    "22 Nov 2037 07:00:00 UTC", "22 Nov 12345", "22 Nov 32767", "22 Nov 32768", "22 Nov 99999", "22 Nov 100000",
    "22 Nov 037", "22 Nov 1900", "1 Jan 1970", "1 Jan 1969", "1 Jan 1601", "1 Jan 1600", "1 Jan 1", "1 Jan 0001",
    "1 Jan 0000", "22 Nov 2105", "22 Nov 2107", "22 Nov 2200", "22 Nov 2250", "22. Nov 2037", "22 Nov. 2037", "Mon, Tue 22 Jan 37",
    "22 Janvier 2037", "22 Juillet 2037", "Nov-22-2037", "Nov/22/2037", "22/Nov/2037", "22/Nov/2037:07:00:00 +0100",
    "22,Nov,2037", "22;Nov;2037", "(22) [Nov] 2037", "22_Nov_2037", "Nov 22 07:00:00 GMT 2037", "22 Nov 2037 GMT+0100",
    "22 Nov 2037 - 07:00", "-22 Nov 2037", "+22 Nov 2037", "22 Nov -2037", "22 Nov +2037", "22 Nov-2037", "Nov 22-2037",
    "22 Nov Dec 2037", "22 23 Nov 2037", "22 Nov 2037 2001", "22 Nov 2001 2037", "T22 Nov 2037", "22 Nov 2037T07:00", "22 11 2037",
    "Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "1795330800", "0", "-1",
]


def one(rng):
    """A random one. The year is far enough from today for the rest not to matter much."""
    year = rng.choice(["2037", "2037", "2050", "2099", "37", "2001", "99", "69", "70", "0037", "12037", "137", "40"])
    month = rng.choice(["Nov", "November", "nov", "JAN", "Feb", "Sept", "11", "2", "02", "13", "Mai", "Aprx"])
    day = rng.choice(["22", "1", "01", "31", "30", "32", "0", "7th", "12"])
    time = rng.choice(["07:00:00", "7:00", "07:00:00.5", "12:30 am", "8 pm", "23:59:60", "24:00", "7:00:000", "7:", "7:x"])
    zone = rng.choice(["GMT", "UTC", "UT", "Z", "EST", "pdt", "+0100", "-08:00", "GMT+1", "+01000", "(CET)", "JST"])
    week = rng.choice(["Sun,", "Sunday,", "Sun", "sun", "Mon,", "Xxx,", "So."])
    parts = [part for part, chance in ((week, .5), (day, .95), (month, .95), (year, .95), (time, .6), (zone, .4))
             if rng.random() < chance]
    if rng.random() < .3:
        rng.shuffle(parts)
    text = ""
    for part in parts:
        text += (rng.choice([" ", " ", " ", "-", "/", ",", "T", "", ":", "  ", ".", " - "]) if text else "") + part
    if text and rng.random() < .2:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice("-+/:,; .TZ0123456789()aM") + text[at + (rng.random() < .5):]
    return text.strip()
