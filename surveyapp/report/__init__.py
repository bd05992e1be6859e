"""The yearly evaluation report: one document made from the judged plan and the surveys, written as HTML, PDF or DOCX."""
