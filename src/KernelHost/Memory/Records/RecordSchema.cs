namespace KernelHost.Memory.Records;

/// <summary>What the records of a collection look like.</summary>
public sealed record RecordSchema
{
    /// <summary>The type of the keys.</summary>
    /// <value><see cref="RecordKeyType.Text"/></value>
    public RecordKeyType Key { get; init; } = RecordKeyType.Text;

    /// <summary>The fields. Names are unique.</summary>
    public IReadOnlyList<RecordField> Fields { get; init; } = [];

    /// <summary>The vectors. Names are unique; a record may lack any of them.</summary>
    public IReadOnlyList<RecordVector> Vectors { get; init; } = [];

    /// <summary>The fields that the keyword leg searches.</summary>
    public IEnumerable<RecordField> SearchedFields => Fields.Where(static candidate => candidate.SearchWeight > 0);

    /// <summary>The field that separates tenants, if there is one.</summary>
    public RecordField? TenantField => Fields.FirstOrDefault(static candidate => candidate.IsTenant);
}

/// <summary>The type of a key.</summary>
public enum RecordKeyType
{
    /// <summary><see cref="string"/></summary>
    Text,

    /// <summary><see cref="System.Guid"/></summary>
    Uuid,

    /// <summary><see cref="long"/>, not negative.</summary>
    WholeNumber,
}

/// <summary>A field of a record.</summary>
/// <param name="Name">Unique in the schema, compared by characters.</param>
/// <param name="Type">What it holds; every field may also be <see langword="null"/>.</param>
public sealed record RecordField(string Name, RecordFieldType Type)
{
    /// <summary>Whether it holds a list of values of <see cref="Type"/>.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether filters on it should be quick.</summary>
    public bool IsIndexed { get; init; }

    /// <summary>Whether it separates tenants: a text, not a list, at most one per schema. A search of a tenant finds, and counts words of, its records only.</summary>
    public bool IsTenant { get; init; }

    /// <summary>How often a word in it counts in the keyword leg; 0 when it is not searched. Only for texts.</summary>
    /// <value>0</value>
    public int SearchWeight { get; init; }

    /// <summary>Which fields it is searched together with: those of the same group. A keyword leg searches one group.</summary>
    /// <value>The group without a name.</value>
    public string SearchGroup { get; init; } = "";
}

/// <summary>What a field holds.</summary>
public enum RecordFieldType
{
    /// <summary><see cref="string"/>, compared by characters.</summary>
    Text,

    /// <summary><see cref="bool"/></summary>
    Boolean,

    /// <summary><see cref="long"/></summary>
    WholeNumber,

    /// <summary><see cref="double"/></summary>
    Number,

    /// <summary><see cref="DateTimeOffset"/>, in UTC to the microsecond: finer parts are cut off when it is written.</summary>
    Time,
}

/// <summary>A vector of a record.</summary>
/// <param name="Name">Unique in the schema.</param>
/// <param name="Dimensions">Its length.</param>
public sealed record RecordVector(string Name, int Dimensions)
{
    /// <summary>How two of them are compared.</summary>
    /// <value><see cref="VectorDistance.Cosine"/></value>
    public VectorDistance Distance { get; init; } = VectorDistance.Cosine;
}

/// <summary>How two vectors are compared.</summary>
public enum VectorDistance
{
    /// <summary>The cosine; higher is nearer. Vectors are kept at length one and come back so.</summary>
    Cosine,

    /// <summary>The dot product; higher is nearer.</summary>
    DotProduct,

    /// <summary>The Euclidean distance; lower is nearer.</summary>
    Euclidean,

    /// <summary>The sum of absolute differences; lower is nearer.</summary>
    Manhattan,
}
