using System.Globalization;
using KernelHost.Text;
using KernelHost.Memory.Sqlite;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Storage;

/// <summary>A collection as it stands in the file. Its generation grows by one with every change of its content.</summary>
internal sealed record CollectionRow(long Id, string Name, string Model, int Dimensions, int Format, long Generation)
{
    public string Vectors => MemorySchema.Vectors(Id);

    public string Words => MemorySchema.Words(Id);

    public static CollectionRow? Find(SqliteConnection connection, string name)
    {
        using var statement = new Statement(connection, "SELECT id, name, model, dimensions, format, generation FROM collections WHERE name = $1");
        using var reader = statement.Read(name);
        return reader.Read()
            ? new CollectionRow(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.GetInt64(5))
            : null;
    }

    public static CollectionRow Get(SqliteConnection connection, string name, string path)
    {
        if (Find(connection, name) is { } row)
        {
            return row;
        }

        var names = new List<string>();
        using var statement = new Statement(connection, "SELECT name FROM collections");
        using var reader = statement.Read();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        throw new MemoryException($"The memory index '{path}' has no collection '{name}'.{NearestName.Hint(name, names)} Ingest its documents first.", path);
    }

    /// <exception cref="MemoryException">The collection's vectors are of another model: comparing them would mean nothing.</exception>
    public void RequireModel(string model, string path)
    {
        if (Dimensions > 0 && Model != model)
        {
            throw new MemoryException(
                $"The collection '{Name}' in '{path}' was embedded with the model '{Model}', but the host is configured for '{model}'. "
                + "Vectors of two models cannot be compared: configure the first model again, or embed the collection anew.", path);
        }
    }

    /// <exception cref="MemoryException">The model makes vectors of another length than before.</exception>
    public void RequireDimensions(int dimensions, string path)
    {
        if (Dimensions > 0 && Dimensions != dimensions)
        {
            throw new MemoryException(string.Create(CultureInfo.InvariantCulture,
                $"The embedding model '{Model}' returned vectors of '{dimensions}' dimensions, but the collection '{Name}' in '{path}' holds vectors of '{Dimensions}'. Restore the model's former setting, or give the changed model another id and embed the collection anew."), path);
        }
    }
}
