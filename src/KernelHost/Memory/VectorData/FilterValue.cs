using System.Globalization;
using System.Linq.Expressions;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

/// <summary>The parts of a filter that do not depend on the record: they are computed before it is translated.</summary>
internal static class FilterValue
{
    /// <summary>The value of an expression that no parameter occurs in.</summary>
    public static bool TryEvaluate(Expression node, out object? value)
    {
        if (node is ConstantExpression constant)
        {
            value = constant.Value;
            return true;
        }

        var search = new ParameterSearch();
        search.Visit(node);
        if (search.IsFound || node.Type.IsByRefLike)
        {
            value = null;
            return false;
        }

        // Interpreting is quicker for what runs once, but knows no spans, which C# puts around arrays.
        value = Expression.Lambda<Func<object?>>(Expression.Convert(node, typeof(object))).Compile(preferInterpretation: !search.HasSpan).Invoke();
        return true;
    }

    /// <summary>What is below conversions that do not change a value: to object and back, to a nullable type, to a wider number.</summary>
    /// <returns>The node itself when one of them changes it, as <c>(int)r.Price</c> does.</returns>
    public static Expression Unwrap(Expression node)
    {
        var inner = node;
        while (inner is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } convert)
        {
            if (convert.Method is not null || !KeepsValues(Bare(convert.Operand.Type), Bare(convert.Type)))
            {
                return node;
            }

            inner = convert.Operand;
        }

        return inner;
    }

    /// <summary>A value as a key of the collection; C# widens numbers before it compares them.</summary>
    /// <exception cref="NotSupportedException">No key can equal it.</exception>
    public static object KeyOf(object value, PropertyModel key)
    {
        try
        {
            return value.GetType() == key.Type ? KeyMapping.Store(value, key.Type)
                : KeyMapping.TypeOf(value.GetType()) == Records.RecordKeyType.WholeNumber && KeyMapping.TypeOf(key.Type) == Records.RecordKeyType.WholeNumber
                    ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
                    : throw Misfit(innerException: null);
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentException)
        {
            throw Misfit(exception);
        }

        NotSupportedException Misfit(Exception? innerException) => new(
            $"The filter compares the key '{key.ModelName}', which holds '{key.Type.Name}', with '{value}' of type '{value.GetType().Name}'. "
            + $"Convert the value to '{key.Type.Name}' first.",
            innerException);
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool KeepsValues(Type from, Type to) =>
        from == to || from == typeof(object) || to == typeof(object) || to.IsAssignableFrom(from)
        || (Width(from) is var width and > 0 && Width(to) > width && !(IsSigned(from) && Width(to) < 5 && !IsSigned(to)));

    private static int Width(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte or TypeCode.Byte => 1,
        TypeCode.Int16 or TypeCode.UInt16 => 2,
        TypeCode.Int32 or TypeCode.UInt32 => 3,
        TypeCode.Int64 or TypeCode.UInt64 => 4,
        TypeCode.Single => 5,
        TypeCode.Double => 6,
        TypeCode.Decimal => 7,
        _ => 0,
    };

    private static bool IsSigned(Type type) => Type.GetTypeCode(type) is TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;

    private sealed class ParameterSearch : ExpressionVisitor
    {
        public bool IsFound { get; private set; }

        public bool HasSpan { get; private set; }

        public override Expression? Visit(Expression? node)
        {
            HasSpan |= node?.Type.IsByRefLike ?? false;
            return base.Visit(node);
        }

        protected override Expression VisitParameter(ParameterExpression node)
        {
            IsFound = true;
            return node;
        }
    }
}
