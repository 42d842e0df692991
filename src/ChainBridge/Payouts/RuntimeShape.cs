using System.Globalization;
using System.Text;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The part of a runtime that a payment stands on: transactions, their signed extensions, the calls made and
/// the events believed. Indices do not count, which move with every upgrade; what fields and types there are does.
/// </summary>
internal sealed class RuntimeShape
{
    // Deeper than any argument of ours; the calls inside a batch are all calls there are, and are not looked into.
    private const int MostDepth = 6;

    private readonly RuntimeMetadata _metadata;
    private readonly StringBuilder _text = new();

    private RuntimeShape(RuntimeMetadata metadata) => _metadata = metadata;

    /// <summary>The shape as a hash: equal for runtimes that pay alike.</summary>
    /// <exception cref="RuntimeDriftException">A call or event is not there.</exception>
    public static string Of(
        RuntimeMetadata metadata,
        IEnumerable<(string Pallet, string Name)> calls,
        IEnumerable<(string Pallet, string Name)> events)
    {
        var shape = new RuntimeShape(metadata);
        shape.AddTransactions();
        foreach (var (pallet, name) in calls)
        {
            shape.AddCase(pallet, metadata.Call(pallet, name));
        }

        foreach (var (pallet, name) in events)
        {
            shape.AddCase(pallet, metadata.Event(pallet, name));
        }

        return Hash256.Of(Encoding.UTF8.GetBytes(shape._text.ToString())).ToString();
    }

    private void AddTransactions()
    {
        var extrinsic = _metadata.Extrinsic;
        _text.AppendJoin(',', extrinsic.Versions).Append('\n');
        AddType(extrinsic.Address, 0);
        AddType(extrinsic.Signature, 0);
        foreach (var extension in extrinsic.Extensions)
        {
            _text.Append('\n').Append(extension.Name).Append(' ');
            AddType(extension.Extra, 0);
            AddType(extension.Additional, 0);
        }
    }

    private void AddCase(string pallet, TypeCase one)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\n{pallet}.");
        AddFields(one.Name, one.Fields, 0);
    }

    private void AddFields(string name, IEnumerable<TypeField> fields, int depth)
    {
        _text.Append(name).Append('(');
        foreach (var field in fields)
        {
            _text.Append(field.Name).Append(':');
            AddType(field.Type, depth + 1);
        }

        _text.Append(')');
    }

    private void AddType(int type, int depth)
    {
        if (type == _metadata.Extrinsic.Call || depth > MostDepth)
        {
            _text.Append('*');
            return;
        }

        switch (_metadata.Types[type])
        {
            case TypeShape.Composite composite:
                AddFields("", composite.Fields, depth);
                break;
            case TypeShape.Variant variant:
                foreach (var one in variant.Cases.OrderBy(one => one.Index))
                {
                    AddFields(one.Name + "|", one.Fields, depth);
                }

                break;
            case TypeShape.Tuple tuple:
                AddAll("(", tuple.Elements, depth);
                break;
            case TypeShape.Sequence sequence:
                AddAll("[", [sequence.Element], depth);
                break;
            case TypeShape.Array array:
                AddAll(string.Create(CultureInfo.InvariantCulture, $"[{array.Length};"), [array.Element], depth);
                break;
            case TypeShape.Compact compact:
                AddAll("<", [compact.Element], depth);
                break;
            case TypeShape.Primitive primitive:
                _text.Append(primitive.Kind).Append(' ');
                break;
            default:
                _text.Append("bits ");
                break;
        }
    }

    private void AddAll(string mark, IEnumerable<int> types, int depth)
    {
        _text.Append(mark);
        foreach (var one in types)
        {
            AddType(one, depth + 1);
        }

        _text.Append(')');
    }
}
