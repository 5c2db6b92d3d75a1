namespace Plumbline.Cluster;

/// <summary>Something that an account may do or not.</summary>
/// <param name="Namespace">Null: in the whole cluster.</param>
public sealed record Permission(string Group, string Resource, string? Namespace, string Verb)
{
    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? $".{Group}" : "")}{(Namespace is null ? "" : $" in namespace {Namespace}")}";
}
