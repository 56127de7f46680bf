namespace KernelHost.CrashHost;

/// <summary>What really happened outside: one line per executed effect, in a file that the host knows nothing of.</summary>
internal sealed class World(string path)
{
    public void Do(string what) => File.AppendAllText(path, what + "\n");

    public bool Happened(string what) => File.Exists(path) && File.ReadAllLines(path).Contains(what);
}
