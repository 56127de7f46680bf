using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq.Expressions;
using FsCheck;
using FsCheck.Fluent;
using KernelHost.Tests;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>A filter selects the records that C# selects with it, from classes and from dictionaries; what cannot be translated is refused by name.</summary>
public abstract class VectorFilterTests : VectorStoreTestBase
{
    private const string Injection = "it's\"; drop table records; --%_\\";
    private static readonly int StaticNumber = 8;
    private readonly Wrapper _wrapper = new() { Number = 8, Inner = new() { Number = 9 } };
    private readonly string? _nothing = Nothing();

    /// <summary>A record with one property of each kind that filters care about.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "Each property is named after its type.")]
    public sealed class Item
    {
        [VectorStoreKey]
        public long Id { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public int Int { get; set; }

        [VectorStoreData]
        public int? NullableInt { get; set; }

        [VectorStoreData]
        public short Short { get; set; }

        [VectorStoreData]
        public float Float { get; set; }

        [VectorStoreData(IsIndexed = true, StorageName = "te'xt")]
        public string? Text { get; set; }

        [VectorStoreData]
        public bool Bool { get; set; }

        [VectorStoreData]
        public bool? NullableBool { get; set; }

        [VectorStoreData]
        public DateTimeOffset Time { get; set; }

        [VectorStoreData]
        public DateTime? Date { get; set; }

        [VectorStoreData]
        public Guid Guid { get; set; }

        [VectorStoreData]
        public string[]? Array { get; set; }

        [VectorStoreData(IsIndexed = true)]
        public List<string> List { get; set; } = [];

        [VectorStoreData]
        public int[] Numbers { get; set; } = [];

        [VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    private sealed class Wrapper
    {
        public int Number { get; init; }

        public Wrapper? Inner { get; init; }
    }

    private static string? Nothing() => null;

    private static readonly Guid Known = Guid.Parse("603840bf-cf91-4521-8b8e-8b6a2e75910a");

    private static readonly Item[] Items =
    [
        Make(1, 8, 8, "foo", true, ["x", "y"], ["x", "y"]),
        Make(2, 9, 80, "bar", false, ["a", "b"], ["a"]),
        Make(3, 9, null, "foo", true, ["x"], ["x"]),
        Make(4, 10, 9, null, false, [], []),
        Make(5, 11, 8, Injection, true, null, ["y", "z"]),
        Make(6, int.MaxValue, null, "Größe 🙂", true, ["y", "z"], ["x", "z"]),
        Make(7, 0, 0, "", false, [Injection], []),
    ];

    [Fact]
    public async Task Filters_OfClasses_SelectWhatCSharpSelects()
    {
        var collection = await CreateAsync<long, Item>(null, Items);
        foreach (var filter in Filters())
        {
            await CheckAsync(collection, filter, filter.Compile());
        }
    }

    [Fact]
    public async Task Filters_CombinedAnyhow_SelectWhatCSharpSelects()
    {
        var collection = await CreateAsync<long, Item>(null, Items);
        Properties.Check(Arb.From(Combined(3)), filter => CheckAsync(collection, filter, filter.Compile()), count: 150);
    }

    // In C# these throw where a list is null; here nothing contains nothing.
    [Fact]
    public async Task Filters_OfListsThatMayBeNull_TakeNullForEmpty()
    {
        var collection = await CreateAsync<long, Item>(null, Items);
        await CheckAsync(collection, r => r.Array!.Contains("x"), r => r.Array?.Contains("x") ?? false);
        await CheckAsync(collection, r => !r.Array!.Contains("x"), r => !(r.Array?.Contains("x") ?? false));
        await CheckAsync(collection, r => Enumerable.Contains(r.Array!, "y"), r => r.Array?.Contains("y") ?? false);
        await CheckAsync(collection, r => MemoryExtensions.Contains(r.Array, "y"), r => r.Array?.Contains("y") ?? false);
        await CheckAsync(collection, r => MemoryExtensions.Contains(r.Array, "y", null), r => r.Array?.Contains("y") ?? false);
        await CheckAsync(collection, r => r.Array!.Any(s => s == "z" || s == "a"), r => r.Array?.Any(s => s is "z" or "a") ?? false);
        await CheckAsync(collection, r => r.Array!.Contains(null), r => false);
    }

    [Fact]
    public async Task Filters_OfDictionaries_SelectWhatCSharpSelects()
    {
        await CreateAsync<long, Item>(null, Items);
        var definition = new VectorStoreCollectionDefinition
        {
            Properties = [.. typeof(Item).GetProperties().Select(VectorStoreProperty (property) => property.Name switch
            {
                "Id" => new VectorStoreKeyProperty("Id", typeof(long)),
                "Vector" => new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>), 2),
                "Text" => new VectorStoreDataProperty("Text", typeof(string)) { StorageName = "te'xt" },
                _ => new VectorStoreDataProperty(property.Name, property.PropertyType),
            })],
        };
        var collection = Store.GetDynamicCollection("records", definition);
        var name = "Int";
        string[] texts = ["foo", Injection];
        foreach (var (filter, expected) in new (Expression<Func<Dictionary<string, object?>, bool>>, Func<Item, bool>)[]
        {
            (r => (int)r["Int"]! == 8, r => r.Int == 8), (r => 8 == (int)r["Int"]!, r => r.Int == 8), (r => (int)r[name]! > 9, r => r.Int > 9), (r => (int?)r["NullableInt"] == null, r => r.NullableInt == null), (r => (int?)r["NullableInt"] != 8, r => r.NullableInt != 8),
            (r => (string?)r["Text"] == "foo", r => r.Text == "foo"), (r => (string?)r["Text"] != Injection, r => r.Text != Injection), (r => r["Text"] == null, r => r.Text == null), (r => (bool)r["Bool"]!, r => r.Bool), (r => !(bool)r["Bool"]! && (int)r["Int"]! != 9, r => !r.Bool && r.Int != 9),
            (r => ((string[])r["Array"]!).Contains("x"), r => r.Array?.Contains("x") ?? false), (r => ((List<string>)r["List"]!).Contains("x"), r => r.List.Contains("x")), (r => new[] { 8, 10 }.Contains((int)r["Int"]!), r => r.Int is 8 or 10), (r => texts.Contains((string?)r["Text"]), r => texts.Contains(r.Text)),
            (r => ((List<string>)r["List"]!).Any(s => new[] { "y", "z" }.Contains(s)), r => r.List.Any(s => s is "y" or "z")), (r => (long)r["Id"]! == 3, r => r.Id == 3), (r => true, r => true),
        })
        {
            var found = await ListAsync(collection, filter);
            Assert.Equal(Items.Where(expected).Select(static item => item.Id), found.Select(static record => (long)record["Id"]!).Order());
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => ListAsync(collection, r => (string?)r["Text = ''; drop table records"] == ""));
    }

    [Fact]
    public async Task Filters_WithoutATranslation_AreRefusedByName()
    {
        var collection = await CreateAsync<long, Item>(null, Items);
        int? none = null;
        var notANumber = float.NaN;
        foreach (var (named, filter) in new (string, Expression<Func<Item, bool>>)[]
        {
            ("String.StartsWith", r => r.Text!.StartsWith("fo", StringComparison.Ordinal)), ("String.Contains", r => r.Text!.Contains("oo")), ("String.Equals", r => r.Text!.Equals("foo", StringComparison.Ordinal)),
            ("String.IsNullOrEmpty", r => string.IsNullOrEmpty(r.Text)), ("Trim", r => r.Text!.Trim() == "foo"), ("Length", r => r.Text!.Length == 3), ("Count", r => r.List.Count == 2), ("Enumerable.All", r => r.List.All(s => s == "x")),
            ("Enumerable.Any", r => r.List.Any()), ("StartsWith", r => r.List.Any(s => s.StartsWith('x'))), ("Add", r => r.Int + 1 == 9), ("Modulo", r => r.Int % 2 == 0), ("Conditional", r => r.Bool ? r.Int == 8 : r.Int == 9), ("ExclusiveOr", r => r.Bool ^ r.Int == 8),
            ("Equal", r => r.Int == r.Short), ("LessThan", r => r.NullableInt < r.Int), ("Convert", r => (int)r.Float == 8), ("'Int'", r => r.Int == 8.5), ("NaN", r => r.Float < notANumber), ("'List'", r => r.List == new List<string> { "x" }), ("'List'", r => r.List.Contains(r.Text!)),
            ("CompareTo", r => r.Text!.CompareTo("foo") > 0), ("Coalesce", r => (r.NullableInt ?? 8) == 8), ("Equals", r => r.Vector.Equals(null)), ("Year", r => r.Time.Year == 1970),
        })
        {
            var failure = await Assert.ThrowsAsync<NotSupportedException>(() => ListAsync(collection, filter));
            Assert.Contains(named, failure.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<NotSupportedException>(async () => await collection.SearchAsync(new float[] { 1, 0 }, 1, new() { Filter = filter }, Cancellation).ToListAsync(Cancellation));
        }

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => ListAsync(collection, r => r.Int == none!.Value));
    }

    [Fact]
    public async Task Filters_OnSearches_AreTheSame()
    {
        var collection = await CreateAsync<long, Item>(null, Items);
        var found = await collection.SearchAsync(new float[] { 1, 0 }, 10, new() { Filter = r => r.Bool && r.List.Contains("x") }, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([1L, 3L, 6L], found.Select(static result => result.Record.Id).Order());
    }

    private Expression<Func<Item, bool>>[] Filters()
    {
        int eight = 8, limit = 10;
        string foo = "foo", injection = Injection;
        int? nullable = 8, none = null;
        string[] texts = ["foo", Injection, "unknown"];
        List<int> numbers = [8, 10];
        var time = DateTimeOffset.UnixEpoch.AddDays(9);
        return
        [
            r => r.Int == 8, r => 8 == r.Int, r => r.Int == eight, r => r.Int != 8, r => 8 != r.Int, r => r.Int == StaticNumber, r => r.Int == _wrapper.Number, r => r.Int == _wrapper.Inner!.Number,
            r => r.Int == int.MaxValue, r => r.Int == eight + 1, r => r.Int == int.Parse("9", CultureInfo.InvariantCulture),
            r => r.Int > 9, r => r.Int >= 9, r => r.Int < 10, r => r.Int <= limit, r => 9 < r.Int, r => 9 <= r.Int, r => 10 > r.Int, r => limit >= r.Int,
            r => r.NullableInt == 8, r => r.NullableInt == nullable, r => r.NullableInt == null, r => r.NullableInt != null, r => r.NullableInt == none, r => r.NullableInt != 8, r => r.NullableInt > 8, r => !(r.NullableInt > 8),
            r => r.NullableInt.HasValue, r => !r.NullableInt.HasValue, r => r.NullableInt.HasValue && r.NullableInt.Value == 80, r => r.Int == nullable, r => r.Int == none, r => r.Int != none,
            r => r.Short == 8, r => r.Short > eight, r => r.Short == 8L, r => r.Float == 8.5f, r => r.Float > 9, r => r.Float <= 9.5, r => r.Float == 8,
            r => r.Text == "foo", r => "foo" == r.Text, r => r.Text != "foo", r => r.Text == foo, r => r.Text == "FOO", r => r.Text == null, r => r.Text != null, r => r.Text == _nothing, r => null == r.Text, r => r.Text == "",
            r => r.Text == injection, r => r.Text != injection, r => r.Text == "Größe 🙂", r => r.Text == "%", r => r.Text == "foo" || r.Text == null,
            r => r.Bool, r => !r.Bool, r => r.Bool == true, r => r.Bool == false, r => r.Bool != true, r => !!r.Bool, r => r.Bool && r.Bool, r => r.Bool || !r.Bool, r => r.NullableBool == true, r => r.NullableBool == null, r => r.NullableBool != false,
            r => r.Int == 8 && r.Text == "foo", r => r.Int == 8 || r.Text == "foo", r => (r.Int == 8 || r.Int == 9) && r.Text == "foo", r => r.Int == 8 || (r.Int == 9 && r.Text == "bar"), r => (r.Int == 9 && r.Text == "foo") || r.Bool,
            r => !(r.Int == 8), r => !(r.Int != 8), r => !(r.Int == 8 && r.Text == "foo"), r => !(r.Int == 8 || r.Text == "foo"), r => !(!(r.Int > 8) || !(r.Bool && r.Int < 12)), r => !r.Bool && r.Int != int.MaxValue, r => r.Bool & r.Int > 8, r => r.Bool | r.Int > 9,
            r => r.Time == time, r => r.Time != time, r => r.Time > time, r => r.Time <= new DateTimeOffset(1970, 1, 10, 2, 0, 0, TimeSpan.FromHours(2)), r => r.Time >= time.AddDays(-1) && r.Time < time.AddDays(1),
            r => r.Date == new DateTime(2024, 2, 8), r => r.Date > new DateTime(2024, 2, 8, 0, 0, 0, DateTimeKind.Utc), r => r.Date == null, r => r.Guid == Known, r => r.Guid != Known, r => r.Guid == Guid.Empty,
            r => r.List.Contains("x"), r => !r.List.Contains("x"), r => r.List.Contains(foo), r => r.Numbers.Contains(8), r => r.List.Contains("x") && r.List.Contains("y"), r => r.List.Contains("x") || r.Int == 10, r => r.List.Contains(injection),
            r => new[] { 8, 10 }.Contains(r.Int), r => !new[] { 8, 10 }.Contains(r.Int), r => numbers.Contains(r.Int), r => new[] { "foo", "un, ' \"" }.Contains(r.Text), r => texts.Contains(r.Text), r => !texts.Contains(r.Text), r => Enumerable.Contains(texts, r.Text),
            r => new int[0].Contains(r.Int), r => new List<int> { 8, eight + 1 }.Contains(r.Int), r => new string?[] { "foo", null }.Contains(r.Text), r => new[] { Known }.Contains(r.Guid), r => MemoryExtensions.Contains(texts, r.Text),
            r => r.List.Any(s => texts.Contains(s)), r => r.List.Any(s => new[] { "x", "z", "none" }.Contains(s)), r => !r.List.Any(s => new[] { "x", "z" }.Contains(s)), r => r.List.Any(s => s == "y"), r => r.List.Any(s => s == "y" || s == "z"), r => r.Numbers.Any(n => numbers.Contains(n)),
            r => r.List == null, r => r.List != null, r => r.Array == null, r => r.Array != null && r.Int > 8,
            r => r.Id == 3, r => r.Id != 3, r => r.Id > 3, r => new[] { 1L, 7L, 99L }.Contains(r.Id), r => r.Id == eight,
            r => true, r => false, r => eight == 8, r => eight == 9 || r.Int == 9, r => r.Int == 9 && foo == "foo", r => texts.Contains(foo) && r.Int == 9, r => r.Bool == texts.Contains("none"),
        ];
    }

    private Gen<Expression<Func<Item, bool>>> Combined(int depth)
    {
        var leaf = Gen.Elements(Filters());
        if (depth == 0)
        {
            return leaf;
        }

        var both = Gen.Zip(Combined(depth - 1), Combined(depth - 1));
        return Gen.OneOf(
            leaf,
            both.Select(static pair => Join(Expression.AndAlso, pair.Item1, pair.Item2)),
            both.Select(static pair => Join(Expression.OrElse, pair.Item1, pair.Item2)),
            Combined(depth - 1).Select(static one => Expression.Lambda<Func<Item, bool>>(Expression.Not(one.Body), one.Parameters)));
    }

    private static Expression<Func<Item, bool>> Join(Func<Expression, Expression, Expression> join, Expression<Func<Item, bool>> left, Expression<Func<Item, bool>> right) =>
        Expression.Lambda<Func<Item, bool>>(join(left.Body, new Rename(right.Parameters[0], left.Parameters[0]).Visit(right.Body)), left.Parameters);

    private sealed class Rename(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }

    private static async Task CheckAsync(VectorStoreCollection<long, Item> collection, Expression<Func<Item, bool>> filter, Func<Item, bool> expected)
    {
        var found = await ListAsync(collection, filter);
        Assert.True(
            Items.Where(expected).Select(static item => item.Id).SequenceEqual(found.Select(static item => item.Id).Order()),
            $"{filter} selects {string.Join(", ", found.Select(static item => item.Id))}, not {string.Join(", ", Items.Where(expected).Select(static item => item.Id))}.");
    }

    private static Item Make(long id, int number, int? nullable, string? text, bool flag, string[]? array, List<string> list) => new()
    {
        Id = id,
        Int = number,
        NullableInt = nullable,
        Short = (short)(number % 100),
        Float = (number % 100) + 0.5f,
        Text = text,
        Bool = flag,
        NullableBool = nullable is null ? null : flag,
        Time = DateTimeOffset.UnixEpoch.AddDays(number % 100),
        Date = nullable is null ? null : new DateTime(2024, 2, 1 + (nullable.Value % 28), 0, 0, 0, DateTimeKind.Utc),
        Guid = flag ? Known : Guid.Empty,
        Array = array,
        List = list,
        Numbers = [number, (nullable ?? 7)],
        Vector = new float[] { 1, id },
    };
}
