namespace KernelHost.Runs.Journal;

/// <summary>Which run's call started a run, so that what is done to a run reaches the runs below it.</summary>
internal static class SqliteSubRuns
{
    // Runs of earlier formats were all started by principals.
    public const string Schema = """
        ALTER TABLE runs ADD COLUMN parent_run_id TEXT;
        CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
        """;
}
