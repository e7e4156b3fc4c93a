# SPDX-License-Identifier: MIT
"""The cluster `demo` as the XML of a node file: a hypervisor of libvirt's test driver that has it from the beginning."""
import uuid

LINEAGE = uuid.UUID("11111111-2222-4333-8444-555555555555")
POOL = "/var/lib/libvirt/images/demo"


def object_uuid(kind, name, lineage=LINEAGE):
    return str(uuid.uuid5(lineage, f"{kind}/{name}"))


def vm_uuid(name):
    return object_uuid("vm", name)


def mark_xml(kind, name, cluster="demo", lineage=LINEAGE):
    """A UUID and the mark under it."""
    own = object_uuid(kind, name, lineage)
    return f"""<uuid>{own}</uuid>
  <metadata><aihow:mark xmlns:aihow="urn:libaihow:mark:1" kind="{kind}" lineage="{lineage}" cluster="{cluster}" type="hpc" name="{name}" uuid="{own}"/></metadata>"""


def domain_xml(vm, run_state="1", vcpus=2, memory_gb=4, cluster="demo", lineage=LINEAGE):
    """A VM's domain in a node file, with its cluster's mark. run_state is libvirt's number: 1 running, 3 paused, 4 shutting down, 5 off, 6 crashed."""
    return f"""<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
  <name>{cluster}-{vm}</name>{mark_xml("vm", vm, cluster, lineage)}
  <memory unit='GiB'>{memory_gb}</memory><vcpu>{vcpus}</vcpu><os><type>hvm</type></os>
  <test:runstate>{run_state}</test:runstate>
</domain>"""


def network_xml():
    """The demo cluster's network in a node file."""
    return f"""<network><name>demo-network</name>{mark_xml("network", "demo-network")}
  <bridge name='virbr-demo'/><ip address='192.168.177.1' netmask='255.255.255.0'><dhcp><range start='192.168.177.2' end='192.168.177.254'/></dhcp></ip>
</network>"""


def pool_xml(*vms):
    """The demo cluster's pool in a node file, with the disks of these VMs."""
    volumes = "".join(f"<volume><name>{vm}.qcow2</name><capacity unit='GiB'>1</capacity></volume>" for vm in vms)
    return f"""<pool type='dir'><name>demo-pool</name><uuid>{object_uuid("pool", "demo-pool")}</uuid>
  <target><path>{POOL}</path></target>{volumes}
</pool>"""


def write_node_file(path, *objects):
    """Returns the URI of the hypervisor; it lives inside the process that connects."""
    path.write_text("<node>" + "\n".join(objects) + "</node>", encoding="utf-8")
    return f"test://{path}"
