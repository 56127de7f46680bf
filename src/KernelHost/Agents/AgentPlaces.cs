namespace KernelHost.Agents;

/// <summary>Where the names in an agent file stand. A definition built in code has none.</summary>
internal sealed class AgentPlaces
{
    public static readonly AgentPlaces None = new();

    private readonly Dictionary<(string Field, string Name), (int Line, int Column)> _places = [];

    public void Add(string field, string name, int line, int column) => _places[(field, name)] = (line, column);

    public (int Line, int Column) Find(string field, string name) => _places.GetValueOrDefault((field, name));
}
