"""The commands of the survey: each group's commands stand in modules of their own and are joined here."""

from surveyapp.survey.desk.invite_commands import invite, remind
from surveyapp.survey.desk.wave_commands import wave
from surveyapp.survey.drafting.codebook_commands import codebook_command
from surveyapp.survey.drafting.convert_commands import convert_command
from surveyapp.survey.drafting.questionnaire_commands import questionnaire
from surveyapp.survey.importing.import_commands import import_mapping, import_wave

__all__ = ["questionnaire", "wave"]

questionnaire.add_command(codebook_command)
questionnaire.add_command(convert_command)
wave.add_command(invite)
wave.add_command(remind)
wave.add_command(import_wave)
wave.add_command(import_mapping)
