namespace Plumbline.Cluster;

/// <summary>Something that an account may be allowed to do.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">Plural, such as <c>services</c>.</param>
/// <param name="Namespace">Null: the whole cluster.</param>
/// <param name="Verb">Such as <c>list</c>.</param>
/// <param name="Name">
/// Null: objects of any name. A right to one object only is seen when its name is asked about.
/// </param>
public sealed record Permission(string Group, string Resource, string? Namespace, string Verb, string? Name = null)
{
    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? $".{Group}" : "")}{(Name is null ? "" : $" {Name}")}"
        + (Namespace is null ? "" : $" in namespace {Namespace}");
}
