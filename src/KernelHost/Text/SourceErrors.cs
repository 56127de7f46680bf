namespace KernelHost.Text;

/// <summary>Collects the errors of one file. Used on one thread.</summary>
internal sealed class SourceErrors(string file)
{
    // A hostile file shall not turn into a report of its own size.
    private const int Limit = 100;

    private readonly List<SourceError> _errors = [];

    public string File { get; } = file;

    public bool Any => _errors.Count > 0;

    /// <summary>All errors in the order of the file.</summary>
    public IReadOnlyList<SourceError> Sorted() => [.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)];

    public void Add(YamlValue at, string message) => Add(at.Line, at.Column, message);

    public void Add(int line, int column, string message)
    {
        if (_errors.Count < Limit)
        {
            _errors.Add(new SourceError(File, line, column, message));
        }
    }
}
