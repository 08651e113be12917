"""The wiring: the only place that reads settings and builds everything."""

from headway.app.process import serve
from headway.app.projects import add_project, list_projects

__all__ = ["add_project", "list_projects", "serve"]
