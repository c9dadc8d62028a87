"""The story's days are working days, its hours those of Paris."""

from datetime import UTC, date, datetime

from drafting.demonstration.calendar import deadline, moment


def test_weekends_do_not_count_and_summer_time_does():
    monday = date(2026, 3, 30)  # The day after clocks went forward in Paris.

    assert moment(monday, 0, "09:30") == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert moment(monday, 1, "09:30") == datetime(2026, 3, 27, 8, 30, tzinfo=UTC)
    assert moment(monday, 6, "09:30").weekday() == 4


def test_the_deadline_lies_ahead_on_a_working_day():
    for day in range(1, 15):
        today = date(2026, 6, day)

        assert deadline(today).date() > today
        assert deadline(today).weekday() < 5
