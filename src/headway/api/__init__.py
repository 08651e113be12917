"""Our own JSON over HTTP, under ``/api/v1/{project_id}``: what the DLI contract cannot say."""
