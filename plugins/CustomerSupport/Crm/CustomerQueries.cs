namespace KernelHost.Plugins.CustomerSupport.Crm;

internal sealed class CustomerQueries(CrmDatabase database)
{
    private const int MostMatches = 10;

    public bool Exists(int customerId)
    {
        using var connection = database.Open();
        return connection.Scalar("SELECT 1 FROM customers WHERE id = $id", ("$id", customerId)) is not null;
    }

    /// <summary>Customers that meet every criterion given.</summary>
    public CustomerMatches Find(string? email, string foldedName, int? customerId)
    {
        // instr instead of LIKE: it has no wildcards to escape.
        var words = SearchText.Words(foldedName);
        var conditions = words.Select((_, i) => $"AND instr(search_name, $word{i}) > 0");
        using var connection = database.Open();
        var found = connection.Query(
            reader => new CustomerMatch(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetDate(5),
                reader.GetInt32(6)),
            $"""
            SELECT id, name, email, city, country, customer_since, (SELECT count(*) FROM orders WHERE customer_id = customers.id)
            FROM customers
            WHERE ($email IS NULL OR email = $email) AND ($id IS NULL OR id = $id) {string.Join(' ', conditions)}
            ORDER BY search_name, id
            LIMIT {MostMatches + 1}
            """,
            [
                ("$email", string.IsNullOrEmpty(email) ? null : email),
                ("$id", customerId),
                .. words.Select((word, i) => ($"$word{i}", (object?)word)),
            ]);
        var shown = found.Take(MostMatches).ToList();
        return new CustomerMatches(shown.Count, found.Count > MostMatches, shown);
    }
}
