namespace KernelHost.Memory.Sqlite;

/// <summary>How the embedded store treats its file.</summary>
public sealed class SqliteRecordStoreOptions
{
    /// <summary>How long a call waits for another process that writes.</summary>
    /// <value>5 seconds</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether an acknowledged write survives a power cut (<c>synchronous=FULL</c>), and not only a killed process (<c>NORMAL</c>).</summary>
    /// <value><see langword="true"/></value>
    public bool SurvivesPowerCut { get; set; } = true;

    /// <summary>
    /// How many bytes of vectors of one name are held in memory as they are. Beyond it they are held as bytes, a quarter of the size, and the
    /// nearest are compared again with the ones in the file, so that the answer stays exact.
    /// </summary>
    /// <value>256 MiB</value>
    public long ExactVectorBytes { get; set; } = 256L << 20;
}
