"""The matrix of rights, made from the schema and the roles: what each viewer reads, and what each may do.

`house` is a community in which one team, one person and the desk have a row of each kind in every state (`rooms`);
`reading` walks the graph as everybody, `acting` sends every mutation (`acts`) as everybody, `page` writes what they
found.
"""
