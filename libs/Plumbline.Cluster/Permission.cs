namespace Plumbline.Cluster;

/// <summary>Something that an account may do or not.</summary>
/// <param name="Namespace">Null: in the whole cluster.</param>
/// <param name="Name">Of the one object; null: any.</param>
public sealed record Permission(string Group, string Resource, string? Namespace, string Verb, string? Name = null)
{
    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? $".{Group}" : "")}{(Name is null ? "" : $" {Name}")}{(Namespace is null ? "" : $" in namespace {Namespace}")}";
}
