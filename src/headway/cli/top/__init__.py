"""``headway top``: a project's queues, engine and jobs, live on the whole screen."""
