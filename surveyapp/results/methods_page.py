"""The page of methods: which number comes from which method, from where the method is taken, and an example worked out."""

from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from surveyapp.core.access import Permission, requires
from surveyapp.results import findings
from surveyapp.results.words import number


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what it is for, how it works, an example with its ``numbers``, its sources and its functions.

    The example names each number; a test computes every one of them by the functions.
    """

    id: str
    name: LazyString
    text: LazyString
    source: str
    functions: tuple[str, ...]
    example: LazyString | None = None
    numbers: dict[str, float] = field(default_factory=dict)

    def worked(self) -> str | None:
        """Return the example in the language of the request."""
        if self.example is None:
            return None
        return str(self.example) % {name: number(value) for name, value in self.numbers.items()}


LEVELS: Final = (
    Method(
        "share",
        _l("Share, number of people known"),
        _l(
            "All numbers of people in the town under which the answers that came are not too unlikely. Counted out exactly in "
            "whole people, so the range holds the truth at least 95 times in 100."
        ),
        "Buonaccorsi (1987), The American Statistician 41, 215–218.",
        ("estimates.hypergeometric_interval", "estimates.share"),
        _l(
            "43 of 60 who answered, 85 people work here: likely %(low)s to %(high)s people, %(low_share)s to %(high_share)s %%."
        ),
        {"low": 55, "high": 66, "low_share": 65, "high_share": 78},
    ),
    Method(
        "unknown",
        _l("Share, number of people not known"),
        _l("Wilson's range. It never leaves what is possible and keeps a width where nobody or everybody agrees."),
        "Wilson (1927), Journal of the American Statistical Association 22, 209–212.",
        ("estimates.wilson",),
        _l("45 of 60, nobody knows of how many: likely %(low)s to %(high)s %%."),
        {"low": 63, "high": 84},
    ),
    Method(
        "weighted",
        _l("Share of all, from several groups"),
        _l(
            "Each group weighs as much as it has people, not as it has answers. Groups are joined along an order declared "
            "before any answer is seen; where one still has fewer than five answers, the town counts as one group. Weights "
            "make answers worth less; how many answers of equal weight they are worth is told by Kish's number."
        ),
        "Zou, Huang, Zhang (2009), Computational Statistics & Data Analysis 53, 1080–1085. "
        "Holt, Smith (1979), Journal of the Royal Statistical Society A 142, 33–46. Kish (1965), Survey Sampling, 11.7.",
        ("estimates.stratified_share", "estimates.poststratified_share", "estimates.kish_effective_n"),
        _l(
            "13 of 28, 8 of 12 and 3 of 7 in groups of 40, 15 and 10 people: %(share)s %% of all, likely %(low)s to %(high)s "
            "%%; worth %(worth)s answers of equal weight."
        ),
        {"share": 51, "low": 43, "high": 58, "worth": 46.9},
    ),
    Method(
        "several",
        _l("Questions with several answers to choose"),
        _l(
            "Each answer by itself, of all who saw the question, with the range and the test of a share. One person may be in "
            "several, so shares may add up to more than 100 %, and no test takes the answers together."
        ),
        "Agresti, Liu (1999), Biometrics 55, 936–943.",
        ("estimates.share", "change.share_change"),
        _l("60 saw the question, 43 chose one answer and 31 another: %(one)s and %(other)s %%."),
        {"one": 72, "other": 52},
    ),
    Method(
        "silent",
        _l("Bounds for those who did not answer"),
        _l("If none of the silent people are like that, and if all of them are: no assumption at all. For headline questions."),
        "Manski (1989), Journal of Human Resources 24, 343–360.",
        ("change.nonresponse_bounds",),
        _l("43 of 60 who answered, 85 people: surely between %(low)s and %(high)s %%."),
        {"low": 51, "high": 80},
    ),
    Method(
        "mean",
        _l("Mean score"),
        _l(
            "The mean and its range by Student's t, with the correction for a small town; over groups weighted as above. Where "
            "means are rounded to protect answers, ranges are wider by what rounding may hide, and a change is clear only if "
            "it is larger than rounding and chance could make it."
        ),
        "Cochran (1977), Sampling Techniques, 2.6–2.8, 5.4.",
        ("estimates.mean", "estimates.stratified_mean", "estimates.poststratified_mean"),
        _l("0, 1 and 2 points for 4, 5 and 1 of 20 people: %(mean)s points, likely %(low)s to %(high)s."),
        {"mean": 0.7, "low": 0.4, "high": 1.0},
    ),
    Method(
        "points",
        _l("How many people have how many right answers"),
        _l(
            "Neighbouring numbers of right answers are joined to bars that would hold a fifth of the people or more if points "
            "were spread like a bell. The bars are shown if each holds at least three people and nothing more can be worked "
            "out: neither that two people or fewer have so many right, nor an answer that is hidden. Everybody together only, "
            "from 30 people on, where all who answered have the score."
        ),
        "Gale (1957), Pacific Journal of Mathematics 7, 1073–1082. Ryser (1957), Canadian Journal of Mathematics 9, 371–377.",
        ("point_cuts.cut",),
        _l("14 questions, 220 people, a mean of 8.3 points, a deviation of 2.8: %(bins)s bars."),
        {"bins": 3},
    ),
    Method(
        "alpha",
        _l("How well a score measures"),
        _l(
            "Whether its questions go together: alpha with its range, from how many had each question right and how far the "
            "totals of right answers lie apart; both are shown already. The page of the score tells it in words. Questions "
            "that all had right, or nobody, are left out and named."
        ),
        "Kuder, Richardson (1937), Psychometrika 2, 151–160. Cronbach (1951), Psychometrika 16, 297–334. Feldt (1965), "
        "Psychometrika 30, 357–370.",
        ("scales.kuder_richardson",),
        _l(
            "43, 31, 37 and 50 of 60 had the four questions right, the totals deviate by 1.3 points: alpha %(alpha)s, likely "
            "%(low)s to %(high)s."
        ),
        {"alpha": 0.67, "low": 0.43, "high": 0.82},
    ),
)
CHANGES: Final = (
    Method(
        "change",
        _l("Change of a share"),
        _l("The later share less the earlier one; the range joins those of both surveys (Newcombe), for a small town."),
        "Newcombe (1998), Statistics in Medicine 17, 873–890.",
        ("change.newcombe_fpc", "change.stratified_newcombe_fpc"),
        _l("31 of 60, then 43 of 60, of 85 people each time: %(change)s points more, likely %(low)s to %(high)s."),
        {"change": 20, "low": 11, "high": 29},
    ),
    Method(
        "test",
        _l("Is the change of a share more than chance"),
        _l(
            "Boschloo's exact test; with over 300 answers Pearson's chi-squared; over groups the test of Cochran, Mantel and "
            "Haenszel, counted out exactly where answers are few."
        ),
        "Boschloo (1970), Statistica Neerlandica 24, 1–35. Mantel, Haenszel (1959), Journal of the National Cancer Institute "
        "22, 719–748.",
        ("significance.boschloo", "significance.score_test", "significance.cochran_mantel_haenszel"),
        _l("31 of 60, then 43 of 60: by chance alone a change as large is seen at most %(times)s times in 1000."),
        {"times": 26},
    ),
    Method(
        "likert",
        _l("Statements people agree or disagree with"),
        _l(
            "The probability that a later answer is more favourable than an earlier one, equal answers counted half; 50 % "
            "means no difference. Test of Brunner and Munzel; with 15 answers or fewer every way of dealing out the answers is "
            "counted."
        ),
        "Brunner, Munzel (2000), Biometrical Journal 42, 17–25. Cliff (1993), Psychological Bulletin 114, 494–509.",
        (
            "change.superiority_estimate",
            "change.cliffs_delta",
            "significance.brunner_munzel",
            "significance.permutation",
        ),
        _l("Answers 13, 15, 13, 9, 8, later 8, 13, 15, 14, 9: %(share)s %%, likely %(low)s to %(high)s %%."),
        {"share": 57, "low": 47, "high": 67},
    ),
    Method(
        "score",
        _l("Change of the mean score"),
        _l(
            "The difference of both means, with Welch's test. How large it is beside the spread of the answers is told by "
            "Hedges' g."
        ),
        "Welch (1947), Biometrika 34, 28–35. Hedges (1981), Journal of Educational Statistics 6, 107–128.",
        ("change.mean_change", "significance.welch", "significance.stratified_welch", "change.hedges_g"),
        _l(
            "4, 5, 1 people with 0, 1, 2 points, later 1, 4, 5, of 20 each time: %(change)s points more, likely %(low)s "
            "to %(high)s."
        ),
        {"change": 0.7, "low": 0.2, "high": 1.2},
    ),
    Method(
        "equivalence",
        _l("Practically the same"),
        _l(
            "Whether a change is clearly smaller than a margin declared before the answers were seen: more than “no clear "
            "change” says. It stands beside the verdict and is corrected within the same families. With fewer than 30 answers "
            "in one of the surveys nothing is said. For statements the probability has half the margin of the share."
        ),
        "Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657–680. Farrington, Manning (1990), "
        "Statistics in Medicine 9, 1447–1454.",
        (
            "equivalence.equivalent_share",
            "equivalence.stratified_equivalent_share",
            "equivalence.equivalent_moments",
            "equivalence.equivalent_superiority",
        ),
        _l(
            "40 of 60, then 42 of 60, margin 20 points: if the change were that large, answers as alike as these would come "
            "at most %(times)s times in 1000."
        ),
        {"times": 23},
    ),
    Method(
        "overlap",
        _l("People who answered twice"),
        _l(
            "Nobody is ever matched. One anonymous question, “did you answer last time?”, bounds how many people are in both "
            "surveys, and so how much narrower or wider a range could be. It is counted and protected like any other question; "
            "changes and verdicts stay as they are."
        ),
        "Tam (1984), The American Statistician 38, 288–289.",
        ("overlap.overlap", "overlap.among", "overlap.correlations", "overlap.band", "overlap.band_of_means"),
        _l(
            "31 of 60, then 43 of 60, of 85 people; 41 said yes and 12 no. From %(least)s to %(most)s people answered twice, "
            "and the range is %(low)s to %(high)s points at its narrowest."
        ),
        {"least": 41, "most": 48, "low": 12, "high": 28},
    ),
    Method(
        "trend",
        _l("Three and more surveys"),
        _l(
            "How the share moved along a straight line over all surveys at their real dates, and whether that is "
            "more than chance."
        ),
        "Armitage (1955), Biometrics 11, 375–386. Zou, Huang, Zhang (2009), Computational Statistics & Data Analysis 53, "
        "1080–1085.",
        ("trend.share_slope", "significance.cochran_armitage"),
        _l(
            "18 of 60, a year later 25 of 62, after two and a half 31 of 58, after three 40 of 61: by chance alone %(times)s "
            "times in 100,000."
        ),
        {"times": 4},
    ),
    Method(
        "mean_trend",
        _l("Three and more surveys: mean scores"),
        _l(
            "How a mean moved along a straight line over all surveys at their real dates, told over the whole time, and "
            "whether that is more than chance and rounding together could make it."
        ),
        "Welch (1947), Biometrika 34, 28–35. Satterthwaite (1946), Biometrics Bulletin 2, 110–114.",
        ("trend.mean_slope", "trend.mean_trend"),
        _l(
            "Means of 0.7, 1.0 and 1.4 points of 10 answers from 20 people, after one year and after two and a half: "
            "%(points)s points a year, likely %(low)s to %(high)s."
        ),
        {"points": 0.3, "low": 0.1, "high": 0.5},
    ),
    Method(
        "families",
        _l("Many questions at once"),
        _l(
            "At most six headline questions are declared beforehand and corrected together (Holm): any false “clear” among "
            "them is held to 5 in 100. The others are corrected so that of those called clear about 5 in 100 are false "
            "(Benjamini and Hochberg)."
        ),
        "Holm (1979), Scandinavian Journal of Statistics 6, 65–70. Benjamini, Hochberg (1995), Journal of the Royal "
        "Statistical Society B 57, 289–300.",
        ("multiplicity.holm", "multiplicity.benjamini_hochberg"),
        _l("Chances of 1, 8 and 39 in 1000 become %(first)s, %(second)s and %(third)s in 1000 (Holm)."),
        {"first": 3, "second": 16, "third": 39},
    ),
    Method(
        "smallest",
        _l("Smallest visible change"),
        _l("The change that these numbers of answers would have shown 4 times in 5. It stands beside every “no clear change”."),
        "Fleiss, Levin, Paik (2003), Statistical Methods for Rates and Proportions, 4. Noether (1987), Journal of the American "
        "Statistical Association 82, 645–647.",
        ("detectable.smallest_visible_share", "detectable.smallest_visible_mean", "detectable.smallest_visible_superiority"),
        _l("60 and 60 answers, half of them right: %(points)s points."),
        {"points": 26},
    ),
)
READY: Final = (
    Method(
        "ranks",
        _l("Statements, over groups"),
        _l("The same probability with each group weighted by its people, and van Elteren's test within the groups."),
        "Lumley, Scott (2013), Biometrika 100, 831–842. van Elteren (1960), Bulletin of the International Statistical "
        "Institute 37, 351–361.",
        ("ranks.stratified_superiority", "significance.van_elteren"),
        _l(
            "Answers 13, 15, 13 in a group of 60 and 5, 4, 3 in one of 18; later 8, 13, 15 and 2, 4, 8: %(share)s %%, likely "
            "%(low)s to %(high)s %%."
        ),
        {"share": 60, "low": 53, "high": 66},
    ),
    Method(
        "trends",
        _l("Three and more surveys: statements"),
        _l("Whether answers tend to be higher each time, of all choices together; a page shows the trend of shares and means."),
        "Jonckheere (1954), Biometrika 41, 133–145. Mantel (1963), Journal of the American Statistical Association 58, "
        "690–700.",
        ("trend.jonckheere", "trend.linear_by_linear"),
        _l(
            "4, 5, 1 people chose the lowest, middle and highest answer, a year later 3, 4, 3, then 1, 4, 5: by chance alone a "
            "trend as large is seen %(times)s times in 1000."
        ),
        {"times": 42},
    ),
    Method(
        "margins",
        _l("Two known margins; a part of the people across groups"),
        _l(
            "Weights that meet two margins at once, the largest at most three times the smallest; and shares among people who "
            "are no group of their own."
        ),
        "Deming, Stephan (1940), Annals of Mathematical Statistics 11, 427–444. Cochran (1977), Sampling Techniques, 5A.13.",
        ("raking.rake", "raking.raked_share", "domains.domain_share"),
        _l(
            "Of 10, 9, 6 and 9 answers in two professions of 45 and 30 people, two ages of 40 and 35: 6, 5, 2 and 4 yes are "
            "%(share)s %% of all, likely %(low)s to %(high)s %%. Of 28, 12 and 7 answers in groups of 40, 15 and 10 people "
            "12, 6 and 2 were of people who had been trained, 5, 2 and 1 of them yes: %(part)s %% of all who were trained, "
            "likely %(part_low)s to %(part_high)s %%."
        ),
        {"share": 51, "low": 38, "high": 63, "part": 40, "part_low": 29, "part_high": 52},
    ),
    Method(
        "quality",
        _l("How well a score measures, from single answers"),
        _l(
            "Omega, and how well each question goes with the others, would need answers side by side: they are for who holds a "
            "file of answers, as with a trial of a questionnaire."
        ),
        "Cronbach (1951), Psychometrika 16, 297–334. McDonald (1999), Test Theory. Nunnally, Bernstein (1994), Psychometric "
        "Theory.",
        ("scales.cronbach_alpha", "scales.omega_total", "scales.item_difficulty", "scales.item_rest_correlations"),
        _l("43 of 60 chose the right answer: the question is right for %(share)s %%."),
        {"share": 72},
    ),
)
EDGES: Final = (
    (_l("nobody answered"), _l("no number")),
    (_l("one person answered"), _l("no range")),
    (_l("everybody answered"), _l("a range without width: the truth itself")),
    (_l("all gave the same answer, both times"), _l("probability 50 %, p = 1: no clear change")),
    (
        _l("every later answer is lower than every earlier one, or every one higher"),
        _l("probability 0 or 100 %, no range, exact test"),
    ),
    (_l("a question of a score that all answered alike"), _l("left out of alpha, and named")),
    (_l("a group without answers or with one"), _l("joined with another one beforehand")),
    (_l("fewer than ten answers in one of the surveys"), _l("too few answers to compare")),
    (_l("the wording changed and nobody decided that it may be compared"), _l("no comparison")),
)
VERDICTS: Final = (
    ("clear_rise", _l("more than chance after the correction, upwards")),
    ("clear_fall", _l("more than chance after the correction, downwards")),
    ("no_clear_change", _l("chance alone can do as much; it is not proof that nothing changed")),
    ("too_few", _l("no test is made")),
)


@requires(Permission.SEE_RESULTS)
def methods() -> str:
    """Show the methods to the group."""
    return page()


def page(*, for_everybody: bool = False) -> str:
    """Return every method in plain words, with its source and an example, what happens at the edges and what verdicts mean."""
    chapters = (
        ("levels", _("One survey"), LEVELS),
        ("changes", _("Two surveys and more"), CHANGES),
        ("ready", _("Ready to be used"), READY),
    )
    return render_template(
        "results/methods.html",
        title=_("How the numbers are computed"),
        for_everybody=for_everybody,
        chapters=chapters,
        edges=EDGES,
        verdicts=[(findings.VERDICTS[key], meaning) for key, meaning in VERDICTS],
    )


def add_routes(blueprint: Blueprint) -> None:
    """Add the page of methods."""
    blueprint.add_url_rule("/methods", "methods", methods)
