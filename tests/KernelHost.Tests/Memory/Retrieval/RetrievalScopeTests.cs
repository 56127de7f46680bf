using FsCheck;
using FsCheck.Fluent;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Retrieval;

public sealed class RetrievalScopeTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Folders = ["a/", "a/b/", "b/", "a", "", "a/b"];
    private static readonly string[] Names = ["alice", "bob", "staff", "board"];
    private static readonly Dictionary<string, DateTimeOffset?> Times = new() { ["unknown"] = null, ["early"] = Day, ["late"] = Day.AddDays(5) };

    private static readonly RecordSchema Schema = DocumentSchema.Create(4, isShared: true);

    [Fact]
    public void Narrow_AnyFilters_ShowsExactlyWhatScopeAndAllFiltersShow() => Properties.Check(
        Cases,
        static one =>
        {
            var (scope, filters, record) = one;
            var narrowed = filters.Aggregate(scope, static (seen, filter) => seen.Narrow(filter));

            Assert.Equal(scope.Allows(record, isShared: true) && filters.All(filter => Shows(filter, record)), narrowed.Allows(record, isShared: true));
        },
        count: 5000);

    [Fact]
    public void Narrow_AnyOrderOfFilters_ShowsTheSame() => Properties.Check(
        Cases,
        static one =>
        {
            var (scope, filters, record) = one;
            Assert.Equal(
                filters.Aggregate(scope, static (seen, filter) => seen.Narrow(filter)).Allows(record, isShared: true),
                filters.Reverse().Aggregate(scope, static (seen, filter) => seen.Narrow(filter)).Allows(record, isShared: true));
        },
        count: 1000);

    [Fact]
    public void ToFilter_AnyScope_SelectsWhatTheScopeAllows() => Properties.Check(
        Cases,
        static one =>
        {
            var (scope, filters, record) = one;
            var narrowed = filters.Aggregate(scope, static (seen, filter) => seen.Narrow(filter));
            var filter = narrowed.ToFilter();

            RecordFilters.Check(filter, Schema);
            Assert.Equal(
                narrowed.Allows(record, isShared: true),
                narrowed.Tenant is not null && narrowed.Tenant.Equals(record[DocumentSchema.Tenant]) && RecordFilters.Matches(filter, record));
        },
        count: 5000);

    [Fact]
    public void Scope_HasNothingThatCanBeSet() =>
        Assert.All(typeof(RetrievalScope).GetProperties(), static property => Assert.Null(property.SetMethod));

    [Fact]
    public void Readers_OfTheScope_CannotBeAddedTo()
    {
        var groups = new List<string> { "staff" };
        var scope = RetrievalScope.Of("alice", groups);
        groups.Add("board");

        Assert.Equal(["alice", "staff"], scope.Readers.Order(StringComparer.Ordinal));
        Assert.False(scope.Allows(With(DocumentSchema.Readers, new List<object?> { "board" }), isShared: false));
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("alice ")]
    [InlineData("ali")]
    public void Readers_SpeltOtherwise_AreOthers(string reader) =>
        Assert.False(RetrievalScope.Of("alice").Allows(With(DocumentSchema.Readers, new List<object?> { reader }), isShared: false));

    [Fact]
    public void Readers_AnEmptyList_IsForNobody() =>
        Assert.False(RetrievalScope.Of("alice").Allows(With(DocumentSchema.Readers, new List<object?>()), isShared: false));

    [Fact]
    public void Readers_OfAnotherType_AreForNobody() => Assert.False(RetrievalScope.Of("alice").Allows(With(DocumentSchema.Readers, "alice"), isShared: false));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Of_APrincipalOrGroupWithoutName_IsRefused(string name)
    {
        Assert.Throws<ArgumentException>(() => RetrievalScope.Of(name));
        Assert.Throws<ArgumentException>(() => RetrievalScope.Of("alice", [name]));
    }

    private static bool Shows(RetrievalFilter filter, Record record) =>
        (filter.Sources is null || filter.Sources.Any(entry => (string)record[DocumentSchema.Source]! == entry
            || (entry.EndsWith('/') && ((string)record[DocumentSchema.Source]!).StartsWith(entry, StringComparison.Ordinal))))
        && (filter.ChangedSince is null || record[DocumentSchema.Time] is DateTimeOffset since && since >= filter.ChangedSince)
        && (filter.ChangedBefore is null || record[DocumentSchema.Time] is DateTimeOffset before && before < filter.ChangedBefore);

    private static Record With(string field, object? value) => new("k") { Fields = new Dictionary<string, object?> { [field] = value } };

    private static Arbitrary<(RetrievalScope Scope, RetrievalFilter[] Filters, Record Record)> Cases => Arb.From(
        from scope in Scopes
        from filters in Filters.ArrayOf().Resize(4)
        from record in Records
        select (scope, filters, record));

    private static Gen<RetrievalScope> Scopes =>
        from principal in Gen.Elements(Names)
        from groups in Gen.SubListOf(Names)
        from tenant in Gen.Elements("acme", "umbra", null)
        select RetrievalScope.Of(principal, groups, tenant);

    private static Gen<RetrievalFilter> Filters =>
        from sources in Gen.OneOf(Gen.Constant<IReadOnlyList<string>?>(null), Gen.SubListOf([.. Folders, "a/x.md", "a/b/y.md", "b/z.md"]).Select(static list => (IReadOnlyList<string>?)list.ToList()))
        from since in Gen.Elements((DateTimeOffset?)null, null, Day, Day.AddDays(1))
        from before in Gen.Elements((DateTimeOffset?)null, null, Day.AddDays(1), Day.AddDays(9))
        select new RetrievalFilter { Sources = sources, ChangedSince = since, ChangedBefore = before };

    private static Gen<Record> Records =>
        from source in Gen.Elements("a/x.md", "a/b/y.md", "b/z.md", "a", "ab/c.md", "a/b/")
        from readers in Gen.OneOf(Gen.Constant<List<string>?>(null), Gen.SubListOf(Names).Select(static list => (List<string>?)list.ToList()))
        from tenant in Gen.Elements("acme", "umbra")
        from time in Gen.Elements(Times.Keys.ToArray())
        select new Record("k")
        {
            Fields = new Dictionary<string, object?>
            {
                [DocumentSchema.Source] = source,
                [DocumentSchema.Folders] = DocumentSchema.FoldersOf(source).Cast<object?>().ToList(),
                [DocumentSchema.Readers] = readers?.Cast<object?>().ToList(),
                [DocumentSchema.Tenant] = tenant,
                [DocumentSchema.Time] = Times[time],
            },
        };
}
