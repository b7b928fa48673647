"""The networks themselves: how one is built, how its trained values get in, who runs it fast, and what it looked at.

efficientnet_lite: the three that the course carries, layer by layer, and without their cap (lesson 04). carried: trained
values from a file beside the code; npz: such a file looked at before it is read. engines: the same network, run by an engine
made for answering (lesson 13). explain: Grad-CAM and occlusion (lesson 10).
"""

from helpers.networks import carried, efficientnet_lite, engines, explain, npz

__all__ = ["carried", "efficientnet_lite", "engines", "explain", "npz"]
