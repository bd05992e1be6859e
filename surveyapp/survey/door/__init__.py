"""The respondents' door: typing a code, answering, changing, playing, and typing in what came on paper."""
