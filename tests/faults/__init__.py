"""What the app does when the machine under it fails: killed processes, lost power, full disks, wrong clocks."""
