from analytics.models.report_mail import ReportMail

__all__ = ["ReportMail"]
