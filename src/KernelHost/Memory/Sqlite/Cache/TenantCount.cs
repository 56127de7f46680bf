namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>A tenant of a collection.</summary>
/// <param name="Id">Its id in the file.</param>
/// <param name="Records">How many records with words it has.</param>
internal readonly record struct TenantCount(int Id, long Records);
