using System.Collections;
using System.Linq.Expressions;
using KernelHost.Memory.Records;
using Microsoft.Extensions.VectorData.ProviderServices;
using Microsoft.Extensions.VectorData.ProviderServices.Filter;

namespace KernelHost.Memory.VectorData;

/// <summary>
/// Translates a filter of C# to a <see cref="RecordFilter"/> that selects the same records. What it does not know it refuses by name: a part that is left out would
/// show records that the caller wanted hidden.
/// </summary>
internal sealed class RecordFilterTranslator(RecordModel model) : FilterTranslatorBase
{
    /// <summary>The filter that a lambda over a record means.</summary>
    /// <exception cref="NotSupportedException">A part of it has no translation; the message names it.</exception>
    /// <exception cref="InvalidOperationException">It names a property that the model does not have.</exception>
    public static RecordFilter Translate(LambdaExpression filter, RecordModel model)
    {
        var translator = new RecordFilterTranslator(model);
        return translator.Translate(translator.PreprocessFilter(filter, model.Model, new FilterPreprocessingOptions()));
    }

    private RecordFilter Translate(Expression node) => node switch
    {
        BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } both when both.Type == typeof(bool) =>
            RecordFilter.And(Translate(both.Left), Translate(both.Right)),
        BinaryExpression { NodeType: ExpressionType.OrElse or ExpressionType.Or } either when either.Type == typeof(bool) =>
            RecordFilter.Or(Translate(either.Left), Translate(either.Right)),
        UnaryExpression { NodeType: ExpressionType.Not } inverse when inverse.Type == typeof(bool) => RecordFilter.Not(Translate(inverse.Operand)),
        BinaryExpression binary when Operator(binary.NodeType) is { } @operator => Comparison(binary, @operator),
        MemberExpression { Member.Name: "HasValue", Expression: { } nullable }
            when Nullable.GetUnderlyingType(nullable.Type) is not null && TryBind(nullable, out var property) =>
            Compare(property, RecordOperator.NotEqual, value: null),
        MethodCallExpression call when TryMatchContains(call, out var source, out var item) => Contains(source, item),
        MethodCallExpression { Method: { Name: nameof(Enumerable.Any), DeclaringType: { } type }, Arguments: [var list, LambdaExpression predicate] }
            when type == typeof(Enumerable) => Any(list, predicate),
        _ when node.Type == typeof(bool) && TryBind(node, out var property) => Compare(property, RecordOperator.Equal, value: true),
        _ when node.Type == typeof(bool) && FilterValue.TryEvaluate(node, out var value) => value is true ? RecordFilter.All : RecordFilter.None,
        _ => throw Unknown(node),
    };

    private RecordFilter Comparison(BinaryExpression binary, RecordOperator @operator)
    {
        if (TryBind(binary.Left, out var property) && FilterValue.TryEvaluate(binary.Right, out var value))
        {
            return Compare(property, @operator, value);
        }

        return TryBind(binary.Right, out property) && FilterValue.TryEvaluate(binary.Left, out value) ? Compare(property, Reversed(@operator), value)
            : FilterValue.TryEvaluate(binary, out value) ? value is true ? RecordFilter.All : RecordFilter.None
            : throw Unknown(Culprit(binary));
    }

    // The side that is neither a property nor a value, if it is one alone.
    private Expression Culprit(BinaryExpression binary) => (TryBind(binary.Left, out _), TryBind(binary.Right, out _)) switch
    {
        (true, true) => binary,
        (true, _) => binary.Right,
        _ => FilterValue.TryEvaluate(binary.Left, out _) ? binary.Right : binary.Left,
    };

    private RecordFilter Compare(PropertyModel property, RecordOperator @operator, object? value)
    {
        if (property is DataPropertyModel data && model.FieldOf(data).IsList && value is not null)
        {
            throw new NotSupportedException($"The filter compares the list '{property.ModelName}' with another. Ask for its elements with Contains or Any.");
        }

        if (@operator is not (RecordOperator.Equal or RecordOperator.NotEqual) && !HasOrder(property))
        {
            throw new NotSupportedException(
                $"The filter orders by '{property.ModelName}' of type '{property.Type.Name}'. Only numbers, dates and times can be compared with <, <=, > and >=.");
        }

        return RecordFilter.Compare(FieldOf(property), @operator, Stored(property, value));
    }

    private RecordFilter Contains(Expression source, Expression item)
    {
        if (TryBind(source, out var list) && FilterValue.TryEvaluate(item, out var value))
        {
            return AnyOf(list, [value], isList: true);
        }

        if (!FilterValue.TryEvaluate(source, out var values) || values is not IEnumerable several || values is string)
        {
            throw Unknown(source);
        }

        return TryBind(item, out var property) ? AnyOf(property, several.Cast<object?>(), isList: false)
            : !FilterValue.TryEvaluate(item, out value) ? throw Unknown(item)
            : several.Cast<object?>().Contains(value) ? RecordFilter.All
            : RecordFilter.None;
    }

    private RecordFilter Any(Expression source, LambdaExpression predicate) =>
        TryBind(source, out var list) ? AnyOf(list, Values(predicate.Body, predicate.Parameters[0]), isList: true) : throw Unknown(source);

    // What the element of a list may be: one of several, equal to one, or one or the other.
    private static IEnumerable<object?> Values(Expression body, ParameterExpression element)
    {
        switch (body)
        {
            case MethodCallExpression call when TryMatchContains(call, out var source, out var item) && FilterValue.Unwrap(item) == element
                && FilterValue.TryEvaluate(source, out var values) && values is IEnumerable several and not string:
                return several.Cast<object?>();
            case BinaryExpression { NodeType: ExpressionType.Equal } equal
                when FilterValue.Unwrap(equal.Left) == element && FilterValue.TryEvaluate(equal.Right, out var value):
                return [value];
            case BinaryExpression { NodeType: ExpressionType.Equal } equal
                when FilterValue.Unwrap(equal.Right) == element && FilterValue.TryEvaluate(equal.Left, out var value):
                return [value];
            case BinaryExpression { NodeType: ExpressionType.OrElse } either:
                return Values(either.Left, element).Concat(Values(either.Right, element));
            default:
                throw Unknown(body);
        }
    }

    private RecordFilter AnyOf(PropertyModel property, IEnumerable<object?> values, bool isList)
    {
        if (isList != (property is DataPropertyModel data && model.FieldOf(data).IsList))
        {
            throw new NotSupportedException(
                $"The filter asks for an element of '{property.ModelName}' of type '{property.Type.Name}'. Contains and Any take a list on one side and a value on the other.");
        }

        // No element of a list is null, and a list that is null holds nothing.
        object?[] stored = [.. values.Where(value => !isList || value is not null).Select(value => Stored(property, value))];
        return RecordFilter.AnyOf(FieldOf(property), stored);
    }

    private object? Stored(PropertyModel property, object? value) => (property, value) switch
    {
        (_, null) => null,
        (DataPropertyModel, double.NaN or float.NaN) => throw new NotSupportedException(
            $"The filter compares '{property.ModelName}' with what is not a number (NaN), which no record holds."),
        (DataPropertyModel, _) => model.FieldOf(property).StoreElement(value, property.ModelName),
        _ => FilterValue.KeyOf(value, property),
    };

    private static string FieldOf(PropertyModel property) => property is KeyPropertyModel ? RecordFilter.Key : property.StorageName;

    private bool HasOrder(PropertyModel property) => property is KeyPropertyModel
        ? model.Schema.Key == RecordKeyType.WholeNumber
        : model.FieldOf(property).FieldType is RecordFieldType.WholeNumber or RecordFieldType.Number or RecordFieldType.Time;

    // The base class refuses a property that C# widens to compare it (a short with an int); the value is narrowed instead.
    private bool TryBind(Expression node, out PropertyModel property)
    {
        var bare = FilterValue.Unwrap(node);
        if (bare is MemberExpression { Member.Name: "Value", Expression: { } nullable } && Nullable.GetUnderlyingType(nullable.Type) is not null)
        {
            bare = FilterValue.Unwrap(nullable);
        }

        // What is left of a conversion changes the value: no property has it.
        PropertyModel? found = null;
        var isBound = bare is not UnaryExpression && TryBindProperty(bare, out found);
        property = found!;
        return found is not VectorPropertyModel ? isBound : throw new NotSupportedException(
            $"The filter names the vector '{found.ModelName}'. Filter by data and key properties.");
    }

    private static RecordOperator? Operator(ExpressionType type) => type switch
    {
        ExpressionType.Equal => RecordOperator.Equal,
        ExpressionType.NotEqual => RecordOperator.NotEqual,
        ExpressionType.LessThan => RecordOperator.Less,
        ExpressionType.LessThanOrEqual => RecordOperator.LessOrEqual,
        ExpressionType.GreaterThan => RecordOperator.Greater,
        ExpressionType.GreaterThanOrEqual => RecordOperator.GreaterOrEqual,
        _ => null,
    };

    private static RecordOperator Reversed(RecordOperator @operator) => @operator switch
    {
        RecordOperator.Less => RecordOperator.Greater,
        RecordOperator.LessOrEqual => RecordOperator.GreaterOrEqual,
        RecordOperator.Greater => RecordOperator.Less,
        RecordOperator.GreaterOrEqual => RecordOperator.LessOrEqual,
        _ => @operator,
    };

    private static NotSupportedException Unknown(Expression node) => new(
        $"The filter uses {Describe(node)}, which is not supported: '{node}'. Supported are ==, !=, <, <=, >, >=, &&, ||, !, bool properties, Contains, "
        + "and Any with == or Contains, between a property and a value.");

    private static string Describe(Expression node) => node switch
    {
        MethodCallExpression call => $"the method '{call.Method.DeclaringType?.Name}.{call.Method.Name}'",
        MemberExpression member => $"the member '{member.Member.Name}'",
        _ => $"the operator '{node.NodeType}'",
    };
}
