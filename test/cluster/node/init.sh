#!/bin/sh
# PID 1 of a node: furnishes the private namespaces it was started in, says so with the file init/ready in the run's
# folder, and from then on only collects the processes that lost their parent. Nothing outside of them is changed.
# usage: init.sh RUN_DIRECTORY NODE_NAME NODE_ADDRESS
set -eu
run=$1 name=$2 address=$3

echo "$name" >/proc/sys/kernel/hostname
ip link set lo up
ip link add node0 type bridge
ip address add "$address/24" dev node0
ip link set node0 up
# A connection to a ClusterIP needs a route before kube-proxy's rules get to rewrite it.
ip route add default dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables

# sysfs shows the network devices of the namespace it was mounted in.
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /sys/fs/cgroup
while read -r folder options; do
  mkdir "/sys/fs/cgroup/$folder"
  mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$folder"
done <"$run/init/cgroups"
while read -r link folder; do ln -s "$folder" "/sys/fs/cgroup/$link"; done <"$run/init/cgroup-links"

mount -t tmpfs tmpfs /run
mkdir -p /run/lock "$run/var/upper" "$run/var/work"
# The runtime and the kubelet write to /var; what they write stays in the run's folder.
mount -t overlay -o "lowerdir=/var,upperdir=$run/var/upper,workdir=$run/var/work" overlay /var

# The kubelet insists on sysctls that are global. It is shown files with the values it wants, and the machine keeps its own.
while read -r sysctl value; do
  shown="/run/$(echo "$sysctl" | tr / .)"
  echo "$value" >"$shown"
  mount --bind "$shown" "/proc/sys/$sysctl"
done <"$run/init/sysctls"

printf '127.0.0.1 localhost\n%s %s\n' "$address" "$name" >/run/hosts
: >/run/resolv.conf
mount --bind /run/hosts /etc/hosts
mount --bind /run/resolv.conf /etc/resolv.conf
# The kubelet's volumes must reach the containers' mount namespaces.
mount --make-rshared /

: >"$run/init/ready"
while :; do
  sleep 3600 &
  wait $!
done
