namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>What the keyword index is ordered by: a word of one tenant, or the records of a tenant that have any word. No list ever holds records of two tenants.</summary>
internal static class Term
{
    public static long OfWord(int tenant, uint word) => ((long)tenant << 33) | word;

    /// <summary>Has no postings; its count is that of the tenant's records.</summary>
    public static long OfTenant(int tenant) => ((long)tenant << 33) | (1L << 32);
}
