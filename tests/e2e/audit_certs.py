# SPDX-License-Identifier: MIT
"""Certificates of every kind that a site may have, good and bad, from an authority of their own."""
import subprocess

CONFIG = """[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
default_md = sha256
policy = any
unique_subject = no
rand_serial = yes
[any]
commonName = supplied
"""
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n"
BEGUN, OVER, LATER, END = "20200101000000Z", "20210101000000Z", "20480101000000Z", "20490101000000Z"


def openssl(*command):
    done = subprocess.run(["openssl", *map(str, command)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Certificates:
    """.cafile is what clients trust; .pair(kind) the files of a chain as it is sent, and of its key."""

    def __init__(self, folder, names):
        self.folder, self.cafile = folder, folder / "ca.pem"
        (folder / "index.txt").touch()
        (folder / "config").write_text(CONFIG.format(folder=folder))
        for key, kind in {"ec": "ec -pkeyopt ec_paramgen_curve:prime256v1", "rsa": "rsa:2048"}.items():
            openssl("req", "-newkey", *kind.split(), "-nodes", "-keyout", folder / f"{key}.key", "-out",
                    folder / f"{key}.csr", "-subj", "/CN=x")
        root = ["-addext", "keyUsage=keyCertSign", "-key", folder / "ec.key", "-days", "30"]
        openssl("req", "-x509", *root, "-out", self.cafile, "-subj", "/CN=rig CA")
        openssl("req", "-x509", *root, "-out", folder / "other-ca.pem", "-subj", "/CN=somebody else")
        self._sign("between", AUTHORITY, "rig between")
        self.issue("good", names)
        self.issue("rsa", names, key="rsa")
        self.issue("expired", names, begin=BEGUN, end=OVER)
        self.issue("early", names, begin=LATER, end=END)
        self.issue("sha1", names, digest="sha1")
        self.issue("wrong-name", ["elsewhere.test"])
        self.issue("unknown-issuer", names, ca="other-ca")
        self.issue("chain", names, ca="between", sends=["between"])
        self.issue("incomplete", names, ca="between", extra="authorityInfoAccess=caIssuers;URI:http://ca.test/between\n")
        openssl("req", "-x509", "-key", folder / "ec.key", "-days", "30", "-out", folder / "self-signed.pem", "-subj",
                "/CN=myself", "-addext", self._names(names))

    @staticmethod
    def _names(names):
        return "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)

    def _sign(self, title, extensions, subject, ca="ca", key="ec", digest="sha256", begin=BEGUN, end=END):
        file = self.folder / f"{title}.ext"
        file.write_text(extensions)
        openssl("ca", "-batch", "-notext", "-config", self.folder / "config", "-cert", self.folder / f"{ca}.pem",
                "-keyfile", self.folder / "ec.key", "-in", self.folder / f"{key}.csr", "-out",
                self.folder / f"{title}.pem", "-subj", f"/CN={subject}", "-startdate", begin, "-enddate", end, "-md",
                digest, "-extfile", file)

    def issue(self, title, names, extra="", sends=(), **how):
        """A leaf, and the chain that is sent with it."""
        extensions = f"{self._names(names)}\nextendedKeyUsage=serverAuth\n{extra}"
        self._sign(title, extensions, names[0], **how)
        with open(self.folder / f"{title}.pem", "a", encoding="ascii") as file:
            for other in sends:
                file.write((self.folder / f"{other}.pem").read_text())

    def pair(self, kind):
        return self.folder / f"{kind}.pem", self.folder / ("rsa.key" if kind == "rsa" else "ec.key")
