# SPDX-License-Identifier: MIT
"""Writes small MaxMind DB files: networks of IPv4 and the country each is in.

The format (MaxMind DB 2.0): a binary tree of records over the bits of an address, sixteen zeros, the
data the tree's leaves point at, a marker, and metadata."""
import ipaddress

MARKER = b"\xab\xcd\xefMaxMind.com"


def _control(kind, size):
    return bytes([kind << 5 | size]) if kind < 8 else bytes([size, kind - 7])


def _encode(value):
    if isinstance(value, str):
        data = value.encode()
        return _control(2, len(data)) + data
    if isinstance(value, dict):
        return _control(7, len(value)) + b"".join(_encode(k) + _encode(v) for k, v in value.items())
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(_encode, value))
    kind, number = value
    data = number.to_bytes(8, "big").lstrip(b"\0")
    return _control(kind, len(data)) + data


def _tree(networks):
    """Nodes as [left, right]; a leaf is the country."""
    nodes = [[None, None]]
    for text, country in networks.items():
        network = ipaddress.ip_network(text)
        bits = f"{int(network.network_address):032b}"[:network.prefixlen]
        at = 0
        for bit in bits[:-1]:
            if nodes[at][int(bit)] is None:
                nodes.append([None, None])
                nodes[at][int(bit)] = len(nodes) - 1
            at = nodes[at][int(bit)]
        nodes[at][int(bits[-1])] = country
    return nodes


def write(path, networks):
    """`networks`: {"127.0.0.0/8": "DE", …}, none inside another one."""
    nodes = _tree(networks)
    data, offsets = b"", {}
    for country in sorted(set(networks.values())):
        offsets[country] = len(data)
        data += _encode({"country": {"iso_code": country}})

    def record(child):
        if child is None:
            return len(nodes)
        return child if isinstance(child, int) else len(nodes) + 16 + offsets[child]

    tree = b"".join(record(child).to_bytes(3, "big") for node in nodes for child in node)
    metadata = _encode({
        "node_count": (6, len(nodes)), "record_size": (5, 24), "ip_version": (5, 4),
        "database_type": "Test-Country", "languages": ["en"],
        "binary_format_major_version": (5, 2), "binary_format_minor_version": (5, 0),
        "build_epoch": (9, 1), "description": {"en": "test"}})
    path.write_bytes(tree + bytes(16) + data + MARKER + metadata)
    return path
