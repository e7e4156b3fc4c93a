# SPDX-License-Identifier: MIT
"""A hypervisor on another machine: libvirt's test driver, reached as over ssh. The ssh is a stand-in that connects to the daemon at once."""
import textwrap

from cluster import Cluster, ClusterTest
from libvirtd import SOCKET, TestDriver


class Remote(ClusterTest):
    def setUp(self):
        self.enterContext(TestDriver())
        it = self.cluster(uri=TestDriver.uri, nodes=2)
        ssh = it.folder / "ssh"
        ssh.write_text(textwrap.dedent(f"""\
            #!/usr/bin/python3
            import os, socket, threading
            server = socket.socket(socket.AF_UNIX)
            server.connect("{SOCKET}")
            def copy(source, sink):
                while part := os.read(source, 65536):
                    os.write(sink, part)
                os._exit(0)
            threading.Thread(target=copy, args=(0, server.fileno()), daemon=True).start()
            copy(server.fileno(), 1)
            """), encoding="utf-8")
        ssh.chmod(0o700)
        self.it = it
        self.far = Cluster(uri=f"test+ssh://far.example/default?command={ssh}&netcat=nc&proxy=netcat", nodes=2, name=it.name)
        self.addCleanup(self.far.cleanup)
        self.far.virsh = it.virsh

    def test_images_that_cannot_be_looked_at_must_be_trusted(self):
        refused = self.far.start(code=1)
        self.assertIn("the base images lie on another machine", refused.err)
        self.assertIn("--trust-image", refused.err)
        self.assertFalse(self.far.state_file.exists())
        self.assertEqual(self.far.domains(), {})
        self.far.start("--trust-image")
        self.assertEqual(set(self.far.domains()), {self.far.domain("controller"), self.far.domain("compute-01")})
        self.far.start()  # nothing is to be made
        self.far.destroy()
        self.assertEqual(self.far.domains(), {})
